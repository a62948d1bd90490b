/* This file shows how full a screen or a message is, in which alphabet and language. */

import { ALPHABETS, LANGUAGES, languageOf, partsInWords, screenMeter, smsParts } from "./medium.js";

const ON_SCREEN = "Counted with the 4 characters of CON, the gateway's word for “go on”.";
const ON_MESSAGE = "A message is paid for by its parts. On the keypad, # changes between 123 and abc.";
const MOST_IN_PARTS = { gsm7: [160, 153], ucs2: [70, 67] };

/** The panel under one phone. */
export class Gauge {
  constructor(station, limits) {
    this.limits = limits;
    this.find = (name) => station.querySelector(`.gauge-${name}`);
    this.track = this.find("track");
  }

  /** Show nothing to measure. */
  rest() {
    const { gsm7, ucs2 } = this.limits;
    this.hint(`A screen holds ${gsm7} Latin letters, or ${ucs2} where one of them is Khmer.`);
    this.write({ what: "No screen yet", amount: "", used: 0, limit: 1, language: "", alphabet: "" });
  }

  /** Show a USSD screen against the network's budget. */
  screen(text) {
    this.hint(ON_SCREEN);
    const { encoding, used, limit } = screenMeter(text, this.limits);
    const amount = `${used} of ${limit} ${ALPHABETS[encoding].unit}`;
    this.write({ what: "This screen", amount, used, limit, ...tongue(text, encoding) });
  }

  /** Show a message being written, against the parts it takes. */
  message(text) {
    this.hint(ON_MESSAGE);
    const { encoding, units, parts } = smsParts(text);
    const [alone, joined] = MOST_IN_PARTS[encoding];
    const limit = parts > 1 ? joined * parts : alone;
    const amount = `${units} of ${limit} ${ALPHABETS[encoding].unit}, ${partsInWords(parts || 1)}`;
    this.write({ what: "Your text", amount, used: units, limit, ...tongue(text, encoding) });
  }

  hint(words) {
    this.find("hint").textContent = words;
  }

  write({ what, amount, used, limit, language, alphabet }) {
    this.find("what").textContent = what;
    this.find("used").textContent = amount;
    this.find("language").textContent = language;
    this.find("alphabet").textContent = alphabet;
    this.find("bar").style.inlineSize = `${Math.min(100, (100 * used) / limit)}%`;
    this.track.classList.toggle("is-over", used > limit);
    this.track.setAttribute("aria-valuemax", limit);
    this.track.setAttribute("aria-valuenow", Math.min(used, limit));
    this.track.setAttribute("aria-valuetext", amount || what);
  }
}

function tongue(text, encoding) {
  return { language: text ? LANGUAGES[languageOf(text)] : "", alphabet: ALPHABETS[encoding].name };
}
