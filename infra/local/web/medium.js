/* This file counts what a text costs on the air, by the rules of chalicelib/telecom. */

const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION = "\f^{}\\[~]|€";
const SEPTETS = new Map([...[...BASIC].map((one) => [one, 1]), ...[...EXTENSION].map((one) => [one, 2])]);
const ALONE = { gsm7: 160, ucs2: 70 };
const JOINED = { gsm7: 153, ucs2: 67 };
const KHMER = /[\u1780-\u17ff\u19e0-\u19ff]/;

/** The 4 characters of `CON `: nobody documents whether they count, so they do. */
export const PREFIX = 4;
export const ALPHABETS = {
  gsm7: { name: "GSM-7", unit: "septets" },
  ucs2: { name: "UCS-2", unit: "units" },
};
export const LANGUAGES = {
  en: "English",
  km: "Khmer",
  "km-Latn": "Khmer in Latin letters",
  und: "Latin letters",
};

/* Words that stand on the screens of one language only; a screen of names alone is undecided. */
const ENGLISH = words(
  "services service ticket language settings documents needed fee time office choose enter number " +
    "the your not of for and more back wrong check please ask next wait get soon too many " +
    "messages today stopped started late ready process received collected refused free charge " +
    "window session ended dial system busy try later tourism industry craft me this may apply " +
    "kind transport commerce administration land send with valid most working days go to hours",
);
const KHMER_IN_LATIN = words(
  "seva chrok chenh chol tae muoy bangkan dai pheasa kar kamnot aksor praphet luok dor rothabal " +
    "dei samnong tesachor sippakam som chroes tamlai royeak pel kariyalay phnher sar nih mok " +
    "khnhom khaet srok krong neak neung totuol ban choch lek chraen thngai mdong tiet chhop vinh " +
    "baek yeung trov ekasar min leus thveu bong luy tov tourosap maong kampong ruoch haoy thoy " +
    "anukroh sala khum khvah ekasar bantoap rong cham " +
    "kraoy bantor khos kmean rok phlak plak moto pdo peak chamlong ning nov",
);

/** Return {encoding, units}: septets with extension characters double, or UTF-16 units. */
export function measured(text) {
  let septets = 0;
  for (const one of text) {
    const cost = SEPTETS.get(one);
    if (cost === undefined) return { encoding: "ucs2", units: text.length };
    septets += cost;
  }
  return { encoding: "gsm7", units: septets };
}

/** Return what a USSD screen uses of its budget, the prefix counted. */
export function screenMeter(text, limits) {
  const { encoding, units } = measured(text);
  const used = units + PREFIX;
  return { encoding, used, limit: limits[encoding], over: used > limits[encoding] };
}

/** Return how an SMS is encoded and how many parts it is billed as; no pair is ever cut. */
export function smsParts(text) {
  const { encoding, units } = measured(text);
  if (units <= ALONE[encoding]) return { encoding, units, parts: units ? 1 : 0 };
  let parts = 1;
  let used = 0;
  for (const one of text) {
    const cost = encoding === "gsm7" ? SEPTETS.get(one) : one.length;
    if (used + cost > JOINED[encoding]) {
      parts += 1;
      used = 0;
    }
    used += cost;
  }
  return { encoding, units, parts };
}

/** Return a text's language tag: by its script, else by words only one language has, else `unsure`. */
export function languageOf(text, unsure = "und") {
  if (KHMER.test(text)) return "km";
  const said = text.toLowerCase().match(/[a-z]+/g) ?? [];
  const english = said.filter((word) => ENGLISH.has(word)).length;
  const khmer = said.filter((word) => KHMER_IN_LATIN.has(word)).length;
  if (english === khmer) return unsure;
  return english > khmer ? "en" : "km-Latn";
}

/** Return `1 part` or `2 parts`. */
export function partsInWords(parts) {
  return parts === 1 ? "1 part" : `${parts} parts`;
}

function words(list) {
  return new Set(list.split(" "));
}
