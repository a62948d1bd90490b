/* This file listens: to the phone's own keys, and to the keyboard that stands for them. */

const FLASH_MS = 130;
const KEYS = /^[0-9*#]$/;
const TURNS = { ArrowUp: -1, PageUp: -1, ArrowDown: 1, PageDown: 1 };

/** Connect every key of a phone with what it does. */
export function listen(handset) {
  const { station, face } = handset;
  const acts = {
    "soft-left": () => handset.left(),
    "soft-right": () => handset.right(),
    "soft-left-label": () => handset.left(),
    "soft-right-label": () => handset.right(),
    call: () => handset.go(),
    end: () => handset.hangUp(),
    "scroll-up": () => face.scroll(-1),
    "scroll-down": () => face.scroll(1),
  };
  for (const [name, act] of Object.entries(acts)) face.find(name).addEventListener("click", act);
  for (const key of station.querySelectorAll(".key")) {
    key.addEventListener("click", () => handset.press(key.dataset.key));
  }
  face.find("entry").addEventListener("submit", (event) => {
    event.preventDefault();
    handset.go();
  });
  face.input.addEventListener("input", () => face.typed());
  station.addEventListener("keydown", (event) => keyed(handset, event));
}

function keyed(handset, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target === handset.face.input;
  if (event.key === "Escape") handset.hangUp();
  else if (typing && event.key in TURNS) handset.face.scroll(TURNS[event.key]);
  else if (KEYS.test(event.key)) {
    flash(handset.station, event.key);
    if (!typing) handset.type(event.key);
  }
}

function flash(station, key) {
  const button = [...station.querySelectorAll(".key")].find((one) => one.dataset.key === key);
  button.classList.add("is-pressed");
  setTimeout(() => button.classList.remove("is-pressed"), FLASH_MS);
}
