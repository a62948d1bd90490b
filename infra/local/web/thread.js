/* This file keeps the messages of one number in the order they were seen, over a reload too. */

/** What one phone sent and got. Messages that were there at the first look count as read.
 *  `redraws` says that more has changed than what was added at the end.
 */
export class Thread {
  constructor(number) {
    this.place = `owl-thread ${number}`;
    const kept = JSON.parse(sessionStorage.getItem(this.place) ?? "null");
    this.items = kept?.items ?? [];
    this.read = kept?.read ?? null;
    this.redraws = false;
  }

  /** How many received messages have not been looked at. */
  get unread() {
    return this.items.slice(this.read ?? this.items.length).filter((item) => item.from).length;
  }

  isUnread(at) {
    return Boolean(this.items[at].from) && at >= (this.read ?? this.items.length);
  }

  markRead() {
    this.read = this.items.length;
    this.keep();
  }

  /** Add what this phone sends; return the item, for `fail`. */
  sent(text) {
    const item = { text };
    this.items.push(item);
    this.keep();
    return item;
  }

  /** Mark an item as not sent. */
  fail(item) {
    item.failed = true;
    this.redraws = true;
    this.keep();
  }

  /** Mark an item as not answered, unless something came after it; return whether it is so. */
  hush(item) {
    const at = this.items.indexOf(item);
    if (at < 0 || this.items.slice(at).some((later) => later.from)) return false;
    item.unanswered = true;
    this.redraws = true;
    this.keep();
    return true;
  }

  /* The answer came late. */
  unhush(item) {
    delete item.unanswered;
    this.redraws = true;
  }

  /** Take the inbox as the server has it; return the messages not seen before. */
  take(inbox) {
    const there = new Set(inbox.map((message) => message.id));
    if (this.items.some((item) => item.id && !there.has(item.id))) this.startOver();
    const seen = new Set(this.items.map((item) => item.id));
    const fresh = inbox.filter((message) => !seen.has(message.id));
    if (fresh.length && this.items.at(-1)?.unanswered) this.unhush(this.items.at(-1));
    this.items.push(...fresh);
    if (this.read === null) this.read = this.items.length;
    if (fresh.length) this.keep();
    return fresh;
  }

  /* The local run was started afresh: what this page remembers never happened. */
  startOver() {
    this.items = [];
    this.read = 0;
    this.redraws = true;
  }

  keep() {
    sessionStorage.setItem(this.place, JSON.stringify({ items: this.items, read: this.read }));
  }
}
