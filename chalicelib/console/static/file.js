// A file that is larger than the console takes is told before it is sent over a slow line.
for (const field of document.querySelectorAll("input[type=file][data-most]")) {
  // A browser says nothing when the same file is chosen again, mended.
  field.addEventListener("click", () => {
    field.value = "";
    field.setCustomValidity("");
  });
  field.addEventListener("change", () => {
    const size = field.files.length ? field.files[0].size : 0;
    field.setCustomValidity(size > Number(field.dataset.most) ? field.dataset.told : "");
    field.reportValidity();
  });
}
