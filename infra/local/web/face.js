/* This file is what one phone shows: the small screen, its softkeys, the meter under it. */

import { bubble } from "./bubble.js";
import { Gauge } from "./gauge.js";
import { languageOf } from "./medium.js";

/* What the screen and its two softkeys are for, in each state of the phone. */
export const MODES = {
  idle: { bar: "", label: "Number to call", typing: "tel", left: "Messages", right: "Dial" },
  waiting: { bar: "USSD", label: "Please wait", typing: "none", left: "Cancel", right: "Messages" },
  answering: { bar: "USSD", label: "Answer", typing: "text", left: "Send", right: "Messages" },
  ended: { bar: "USSD", label: "", typing: "none", left: "OK", right: "Messages" },
  messages: { bar: "SMS", label: "Text to", typing: "text", left: "Send", right: "Back" },
};
const FINE_POINTER = matchMedia("(pointer: fine)");
const TIME = { hour: "2-digit", minute: "2-digit" };
const DAY = { weekday: "long", day: "numeric", month: "long" };

/** The face of one phone; it draws what it is given and knows nothing of the network. */
export class Face {
  constructor(station, settings) {
    Object.assign(this, { station, settings });
    this.gauge = new Gauge(station, settings.limits);
    this.drawn = 0;
  }

  find(name) {
    return this.station.querySelector(`.${name}`);
  }

  get input() {
    return this.find("entry-input");
  }

  /** Draw one state of the phone. */
  draw({ mode, words, sign, thread }) {
    const entering = mode !== this.mode;
    Object.assign(this, { mode, words, unread: mode === "messages" ? 0 : thread.unread });
    this.station.dataset.mode = mode;
    this.find("mode").textContent = mode === "messages" ? `${MODES[mode].bar} ${sign}` : MODES[mode].bar;
    this.find("idle").hidden = mode !== "idle";
    this.find("thread").hidden = mode !== "messages";
    this.find("mail").hidden = this.unread === 0;
    this.find("mail-count").textContent = this.unread;
    this.clock();
    this.entry();
    this.screen(mode === "messages" || mode === "idle" ? "" : words);
    const had = this.drawn;
    this.bubbles(thread);
    if (entering || this.drawn !== had) this.showLatest();
    this.typed();
  }

  clock() {
    const now = new Date();
    this.find("clock").textContent = now.toLocaleTimeString("en-GB", TIME);
    this.find("today").textContent = now.toLocaleDateString("en-GB", DAY);
    this.find("idle-hint").textContent = `Dial ${this.settings.serviceCodes[0]}`;
  }

  entry() {
    const { label, typing } = MODES[this.mode];
    const to = this.mode === "messages" ? ` ${this.settings.shortCode}` : "";
    this.find("entry").hidden = this.mode === "ended";
    this.find("entry-label").textContent = label + to;
    this.input.inputMode = typing;
    this.input.readOnly = this.mode === "waiting";
  }

  screen(shown) {
    const screen = this.find("screen");
    if (screen.textContent !== shown) {
      screen.textContent = shown;
      screen.scrollTop = 0;
    }
    screen.lang = languageOf(shown, "en");
    screen.tabIndex = shown ? 0 : -1;
  }

  /* Bubbles are only ever added, so that a screen reader says the new one alone. */
  bubbles(thread) {
    const list = this.find("thread-list");
    if (thread.redraws) list.replaceChildren();
    this.drawn = thread.redraws ? 0 : this.drawn;
    thread.redraws = false;
    list.append(...thread.items.slice(this.drawn).map(bubble));
    this.drawn = thread.items.length;
    [...list.children].forEach((one, at) => one.classList.toggle("is-new", thread.isUnread(at)));
  }

  /** Scroll to the end of the thread, but never past the beginning of its last message. */
  showLatest() {
    const view = this.find("thread");
    const last = this.find("thread-list").lastElementChild;
    if (last) view.scrollTop = last.offsetTop - view.offsetTop;
  }

  /** Follow what is typed: the softkeys' words, and the space it takes. */
  typed() {
    const { left, right } = MODES[this.mode];
    this.soft("left", left);
    this.soft("right", this.clears() ? "Clear" : right);
    if (this.mode === "messages") this.gauge.message(this.input.value);
    else if (this.mode === "answering" || this.mode === "ended") this.gauge.screen(this.words);
    else this.gauge.rest();
  }

  soft(side, words) {
    const label = words === "Messages" && this.unread ? `Messages (${this.unread})` : words;
    this.find(`soft-${side}-label`).textContent = label;
  }

  /** Whether the right softkey takes back what was typed. */
  clears() {
    return this.input.value !== "" && this.mode !== "waiting";
  }

  type(text, instead = false) {
    const { selectionStart, selectionEnd } = this.input;
    const begin = instead ? Math.max(0, selectionStart - 1) : selectionStart;
    this.input.setRangeText(text, begin, selectionEnd, "end");
    this.input.scrollLeft = this.input.scrollWidth;
    this.typed();
  }

  clear() {
    this.input.value = [...this.input.value].slice(0, -1).join("");
    this.typed();
  }

  /** Say that a message came, and shake. */
  ring(message) {
    this.find("notice").textContent = `New message from ${message.from}.`;
    this.find("handset").classList.remove("rings");
    requestAnimationFrame(() => this.find("handset").classList.add("rings"));
  }

  /** Whether the focus follows the screen: from the entry and softkeys, never from the keypad. */
  get leads() {
    const at = document.activeElement;
    const near = at === this.input || at.matches(".soft, .call, .end");
    return FINE_POINTER.matches && near && this.station.contains(at);
  }

  lead() {
    const to = this.mode === "ended" ? this.find("soft-left") : this.input;
    to.focus({ preventScroll: true });
  }

  scroll(way) {
    const view = this.find(this.mode === "messages" ? "thread" : "screen");
    view.scrollBy({ top: way * view.clientHeight * 0.7 });
  }
}
