/* This file writes what goes over the wire, for whoever builds on it. */

/** Show one request and its answer at the end of a list. */
export function written(list, { url, asked, fields, status, took, problem, answered, body }) {
  const entry = document.createElement("li");
  entry.append(
    block("wire-verb", `→ POST ${url}`),
    block("wire-text", pairs({ ...asked, ...fields })),
    block("wire-verb", status ? `← ${status} in ${took} ms` : `← ${problem}`),
    block("wire-text", [pairs(answered), body].filter(Boolean).join("\n") || "(empty)"),
  );
  list.append(entry);
  list.scrollTop = list.scrollHeight;
}

function pairs(fields) {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}

function block(name, text) {
  const made = document.createElement("pre");
  made.className = name;
  made.textContent = text;
  return made;
}
