/* This file is the card of things to try: one press dials or texts on the phone in use. */

const TRIES = {
  dial: [
    ["{code}", "the menu; 7 is Khmer, 8 English"],
    ["{base}*1*102#", "straight to service 102"],
    ["{base}*2*02122600428#", "straight to a ticket"],
  ],
  text: [
    ["seva", "“services”, in Latin letters"],
    ["INFO 102", "all about replacing a plate"],
    ["TICKET 02122600428", "where an application stands"],
    ["តម្លៃ ២០១", "“fee 201”, in Khmer"],
    ["STOP", "no more messages; START undoes it"],
  ],
};

/** Draw the card; `act` is told `dial` or `text`, and what. */
export function drawTries(code, act) {
  const base = code.replace(/#$/, "");
  for (const [kind, list] of Object.entries(TRIES)) {
    const made = list.map(([words, why]) => {
      const what = words.replace("{code}", code).replace("{base}", base);
      return tryButton(what, why, () => act(kind, what));
    });
    document.getElementById(`tries-${kind}`).append(...made);
  }
}

function tryButton(what, why, act) {
  const template = document.getElementById("try-template");
  const item = template.content.firstElementChild.cloneNode(true);
  item.querySelector(".try-what").textContent = what;
  item.querySelector(".try-why").textContent = why;
  item.querySelector(".try").addEventListener("click", act);
  return item;
}
