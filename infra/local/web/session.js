/* This file holds one USSD session: what was typed so far, and what came back. */

import { sessionId } from "./line.js";

/** A session of one phone; it ends by an END, by hanging up, or by a failure. */
export class Session {
  constructor(line, serviceCode, typed = "") {
    this.line = line;
    this.id = sessionId();
    this.serviceCode = serviceCode;
    this.text = typed;
    this.echo = "";
    this.echoes = [];
    this.hops = 0;
    this.began = Date.now();
    this.lastResponse = "";
    this.over = false;
    this.hangUpSignal = new AbortController();
  }

  /** Ask for the first screen. */
  dial() {
    return this.hop();
  }

  /** Add one answer to the transcript and ask for the next screen. */
  answer(input) {
    this.text = this.hops === 1 && this.text === "" ? input : `${this.text}*${input}`;
    return this.hop();
  }

  /** End the session before its last screen. */
  hangUp() {
    if (this.over) return;
    this.over = true;
    this.hangUpSignal.abort();
    this.line.ended(this, "Incomplete", "");
  }

  async hop() {
    this.hops += 1;
    const screen = await this.line.hop(this, this.hangUpSignal.signal);
    if (this.over) return null;
    this.lastResponse = screen.raw;
    this.echo = screen.echo;
    if (screen.echo) this.echoes.push(screen.echo);
    if (screen.end || !screen.ok) this.close(screen);
    return screen;
  }

  close(screen) {
    this.over = true;
    this.line.ended(this, screen.ok ? "Success" : "Failed", screen.problem);
  }
}
