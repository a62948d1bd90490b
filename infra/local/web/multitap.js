/* This file turns key presses into letters, as a keypad phone does: 2 2 is B. */

const LETTERS = {
  0: " 0",
  1: ".,?!-1",
  2: "abc2",
  3: "def3",
  4: "ghi4",
  5: "jkl5",
  6: "mno6",
  7: "pqrs7",
  8: "tuv8",
  9: "wxyz9",
  "*": "*+",
};
const SAME_KEY_MS = 1000;

/** The state of one keypad: `#` changes between digits and letters. */
export class Multitap {
  constructor() {
    this.letters = false;
    this.last = { key: "", at: 0, turn: 0 };
  }

  get sign() {
    return this.letters ? "abc" : "123";
  }

  /** Return {text, instead}: what a key writes, and whether in place of the letter before. */
  press(key, now) {
    if (!this.letters || !(key in LETTERS)) return { text: key, instead: false };
    const again = key === this.last.key && now - this.last.at < SAME_KEY_MS;
    const turn = again ? (this.last.turn + 1) % LETTERS[key].length : 0;
    this.last = { key, at: now, turn };
    return { text: LETTERS[key][turn], instead: again };
  }

  toggle() {
    this.letters = !this.letters;
    this.last = { key: "", at: 0, turn: 0 };
  }
}
