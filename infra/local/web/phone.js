/* This file starts the page: the phones on the shelf, and the things to try on them. */

import { Handset } from "./handset.js";
import { drawTries } from "./tries.js";

const FIRST = "+85512000001";
const E164 = /^\+[1-9][0-9]{7,14}$/;
const KEPT = "owl-phones";
const CONFIG = "/phone/config.json";

const find = (id) => document.getElementById(id);
const phones = new Map();
let active = null;

const world = {
  settings: await settings(),
  reached(there) {
    find("trouble").hidden = there;
    find("trouble").textContent = there ? "" : "The local run does not answer. Start it with: make run";
  },
};

/** Return the page's settings: its own attributes, and what the server says instead. */
async function settings() {
  const answer = await fetch(CONFIG, { cache: "no-store" });
  const told = { ...document.documentElement.dataset, ...(answer.ok ? await answer.json() : {}) };
  return {
    serviceCodes: told.serviceCode.split(",").map((one) => one.trim()),
    shortCode: told.shortCode.split(",")[0].trim(),
    webhooks: told.webhooks,
    inbox: told.inbox,
    limits: { gsm7: Number(told.septets), ucs2: Number(told.units) },
  };
}

function addPhone(number) {
  const station = find("handset-template").content.firstElementChild.cloneNode(true);
  nameParts(station, number);
  find("shelf").append(station);
  const handset = new Handset(station, number, world);
  phones.set(number, handset);
  station.querySelector(".put-away").addEventListener("click", () => removePhone(number));
  for (const sign of ["focusin", "pointerdown"]) station.addEventListener(sign, () => activate(handset));
  keepPhones();
  return handset;
}

function removePhone(number) {
  phones.get(number).putAway();
  phones.delete(number);
  keepPhones();
  const next = [...phones.values()].at(-1);
  activate(next);
  next.face.input.focus();
}

/* Every name a screen reader says of a phone holds its number, or is found inside its region. */
function nameParts(station, number) {
  const digits = number.slice(1);
  const shown = spaced(number);
  station.setAttribute("aria-label", `Phone ${shown}`);
  station.querySelector(".station-title").textContent = shown;
  station.querySelector(".put-away .unseen").textContent = `Put phone ${shown} away`;
  for (const side of ["left", "right"]) {
    const label = station.querySelector(`.soft-${side}-label`);
    label.id = `soft-${side}-${digits}`;
    station.querySelector(`.soft-${side}`).setAttribute("aria-labelledby", label.id);
  }
  station.querySelector(".entry-input").id = `entry-${digits}`;
  station.querySelector(".entry-label").htmlFor = `entry-${digits}`;
}

function activate(handset) {
  active = handset;
  find("active-number").textContent = spaced(handset.number);
  for (const one of phones.values()) one.station.classList.toggle("is-active", one === handset);
}

function keepPhones() {
  sessionStorage.setItem(KEPT, JSON.stringify([...phones.keys()]));
  find("another-number").value = spaced(nextNumber());
  find("shelf").classList.toggle("is-single", phones.size === 1);
}

function nextNumber() {
  let number = Number(FIRST);
  while (phones.has(`+${number}`)) number += 1;
  return `+${number}`;
}

/** Return a number as people read it: +855 12 000 001. */
function spaced(number) {
  const groups = /^(\+855)(\d\d)(\d{3})(\d+)$/.exec(number) ?? /^(\+254)(\d{3})(\d{3})(\d+)$/.exec(number);
  return groups ? groups.slice(1).join(" ") : number;
}

function tried(kind, what) {
  active[kind](what);
  bringIntoView(active.face.find("lcd"));
}

/* A screen that is all in sight stays where it is; else its beginning comes to the top. */
function bringIntoView(screen) {
  const { top, bottom } = screen.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) screen.scrollIntoView({ block: "start" });
}

function addAnother(event) {
  event.preventDefault();
  const number = find("another-number").value.replace(/[\s-]/g, "");
  const wrong = whyNot(number);
  find("another-wrong").textContent = wrong;
  find("another-number").setAttribute("aria-invalid", Boolean(wrong));
  if (wrong) return;
  const handset = addPhone(number);
  activate(handset);
  handset.face.input.focus();
}

function whyNot(number) {
  if (!E164.test(number)) return "Write + and the whole number with its country, like +855 12 000 002.";
  return phones.has(number) ? "That phone is here already." : "";
}

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
for (const number of kept.length ? kept : [FIRST]) addPhone(number);
activate(phones.values().next().value);
drawTries(world.settings.serviceCodes[0], tried);
find("another").addEventListener("submit", addAnother);
if (matchMedia("(pointer: fine)").matches) active.face.input.focus({ preventScroll: true });
