/* This file is one phone: what its keys do, and what the network does to it. */

import { Face } from "./face.js";
import { listen } from "./keys.js";
import { Line } from "./line.js";
import { Multitap } from "./multitap.js";
import { Session } from "./session.js";
import { Thread } from "./thread.js";
import { written } from "./wire.js";

const RUNNING = "USSD code running…";
const SOON_MS = 400;
const OFTEN_MS = 1500;
const ANSWERED_MS = 6000;
const EAGER_FOR_MS = 10_000;

/** One number's phone. `settings` are the page's; `reached` is told whether the server is there. */
export class Handset {
  constructor(station, number, { settings, reached }) {
    Object.assign(this, { station, number, settings, reached });
    this.face = new Face(station, settings);
    this.line = new Line(settings, number, (entry) => this.logged(entry));
    this.thread = new Thread(number);
    this.multitap = new Multitap();
    this.mode = "idle";
    this.words = "";
    this.session = null;
    this.eagerUntil = 0;
    listen(this);
    this.show();
    this.poll();
  }

  /** Dial a code of the service; the network knows no other. */
  dial(number) {
    this.session?.hangUp();
    this.session = null;
    const found = codeIn(number, this.settings.serviceCodes);
    if (!found) {
      this.enter("waiting");
      this.over(`No service at ${number}. Dial ${this.settings.serviceCodes[0]}`);
      return;
    }
    this.session = new Session(this.line, found.serviceCode, found.typed);
    this.follow((session) => session.dial());
  }

  /** Send one SMS and show it in the thread. */
  async text(words) {
    if (!words.trim()) return;
    if (this.mode !== "messages") this.enter("messages");
    this.thread.markRead();
    const item = this.thread.sent(words);
    this.face.input.value = "";
    this.show();
    if (await this.line.send(words)) {
      setTimeout(() => this.unanswered(item), ANSWERED_MS);
      return;
    }
    this.thread.fail(item);
    this.show();
  }

  /** Say under a message that nothing came back, for there is a rule behind it. */
  unanswered(item) {
    if (this.station.isConnected && this.thread.hush(item)) this.show();
  }

  /** The red key: end the session, or leave what is open. */
  hangUp() {
    this.session?.hangUp();
    this.session = null;
    this.words = "";
    this.enter("idle");
  }

  /** The key that goes on: the green one, Enter, or the left softkey where it says so. */
  go() {
    const typed = this.face.input.value;
    if (this.mode === "idle") this.dial(typed || this.settings.serviceCodes[0]);
    else if (this.mode === "answering" && typed) this.follow((session) => session.answer(typed));
    else if (this.mode === "messages") this.text(typed);
    else if (this.mode === "ended") this.hangUp();
  }

  left() {
    if (this.mode === "idle") this.enter("messages");
    else if (this.mode === "waiting") this.hangUp();
    else this.go();
  }

  right() {
    if (this.face.clears()) this.face.clear();
    else if (this.mode === "messages") this.enter(this.behind());
    else if (this.mode === "idle") this.go();
    else this.enter("messages");
  }

  /** A key of the keypad: a digit, or in a message a letter, where `#` changes between them. */
  press(key) {
    if (this.mode !== "messages") {
      this.type(key);
    } else if (key === "#") {
      this.multitap.toggle();
      this.show();
    } else {
      const { text, instead } = this.multitap.press(key, Date.now());
      this.type(text, instead);
    }
  }

  type(text, instead) {
    if (this.mode === "waiting") return;
    if (this.mode === "ended") this.hangUp();
    this.face.type(text, instead);
  }

  putAway() {
    this.session?.hangUp();
    clearTimeout(this.timer);
    this.station.remove();
  }

  async follow(hop) {
    const { session } = this;
    this.words = RUNNING;
    this.enter("waiting");
    const screen = await hop(session);
    if (screen === null || session !== this.session) return;
    if (!screen.ok) this.over(`The service did not answer: ${screen.problem}. Please dial again.`);
    else if (screen.end) this.over(screen.text);
    else this.arrive("answering", screen.text);
  }

  over(words) {
    this.session = null;
    this.arrive("ended", words);
  }

  /** Show a screen, unless its owner is reading messages: then it waits behind them. */
  arrive(mode, words) {
    this.words = words;
    if (this.mode !== "messages") this.enter(mode);
  }

  behind() {
    if (this.session) return this.words === RUNNING ? "waiting" : "answering";
    return this.words ? "ended" : "idle";
  }

  async poll() {
    const inbox = await this.line.received();
    if (!this.station.isConnected) return;
    this.reached(inbox !== null);
    if (inbox !== null) this.take(inbox);
    this.face.clock();
    const wait = Date.now() < this.eagerUntil ? SOON_MS : OFTEN_MS;
    this.timer = setTimeout(() => this.poll(), wait);
  }

  take(inbox) {
    const first = this.thread.read === null;
    const fresh = this.thread.take(inbox);
    if (fresh.length === 0 && !this.thread.redraws) return;
    if (fresh.length && !first && this.mode !== "messages") this.face.ring(fresh.at(-1));
    this.show();
  }

  logged(entry) {
    const list = this.face.find("wire-list");
    written(list, entry);
    this.face.find("wire-count").textContent = `(${list.children.length})`;
    this.eagerUntil = Date.now() + EAGER_FOR_MS;
  }

  enter(mode) {
    const { leads } = this.face;
    if (this.mode === "messages" && mode !== "messages") this.thread.markRead();
    this.mode = mode;
    this.face.input.value = "";
    this.show();
    if (leads) this.face.lead();
  }

  show() {
    this.face.draw({ mode: this.mode, words: this.words, sign: this.multitap.sign, thread: this.thread });
  }
}

/** Return the service code a dialled number begins with, and what was typed after it. */
function codeIn(number, codes) {
  const dialled = number.replace(/\s/g, "").replace(/[០-៩]/g, (one) => one.charCodeAt(0) - 0x17e0);
  for (const serviceCode of codes) {
    const base = serviceCode.replace(/#$/, "");
    if (dialled === serviceCode) return { serviceCode, typed: "" };
    if (dialled.startsWith(`${base}*`) && dialled.endsWith("#")) {
      return { serviceCode, typed: dialled.slice(base.length + 1, -1) };
    }
  }
  return null;
}
