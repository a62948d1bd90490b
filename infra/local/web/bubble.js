/* This file draws one message of a thread. */

import { ALPHABETS, languageOf, partsInWords, smsParts } from "./medium.js";

/** Return a list item for a message sent or received. */
export function bubble(item) {
  const made = document.createElement("li");
  made.className = item.from ? "bubble is-received" : "bubble is-sent";
  const body = part("p", "bubble-text", item.text);
  body.lang = languageOf(item.text, "en");
  made.append(part("p", "bubble-head", head(item)), body, part("p", "bubble-cost", cost(item)));
  if (item.from) made.firstChild.append(part("strong", "bubble-new", "New"));
  return made;
}

function head(item) {
  if (item.from) return `From ${item.from} `;
  if (item.failed) return "You: not sent, try again";
  return item.unanswered ? "You: no answer (not understood is said once a day)" : "You";
}

/* A received message says what it was billed as; what we send is counted here. */
function cost(item) {
  const { encoding, parts } = smsParts(item.text);
  const alphabet = ALPHABETS[item.encoding ?? encoding];
  return `${alphabet.name}, ${partsInWords(item.segments ?? parts)}`;
}

function part(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
