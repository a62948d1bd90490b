"""This file holds what Hypothesis draws: typing, texts, Khmer words, plainly invented numbers."""

import string

from hypothesis import settings
from hypothesis import strategies as st

from chalicelib.telecom import gsm7

# A machine that is busy with something else is no fault of what is tested.
settings.register_profile("laws", deadline=None)
settings.load_profile("laws")

BASES = [chr(one) for one in range(0x1780, 0x17A3)]
COENG = "\u17d2"
VOWELS = [chr(one) for one in range(0x17B6, 0x17C6)]
SIGNS = [chr(one) for one in (0x17C6, 0x17C7, 0x17C8, 0x17CB, 0x17CD, 0x17CF, 0x17D0)]
SHIFTERS = ["\u17c9", "\u17ca"]
EMOJI = ["😀", "👍🏽", "👨\u200d👩\u200d👧", "🇰🇭", "❤\ufe0f", "🛑"]
HOSTILE = [
    "\x00",
    "\x1b",
    "\r\n",
    "\t",
    "\u200b",
    "\u200d",
    "\u202e",
    "\ufeff",
    "\u00a0",
    "\ud800",
    "\udfff",
    "e\u0301",
    "=cmd|' /C calc'!A0",
    "{ticket}",
    "*",
]

any_khmer_syllable = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(BASES),
        st.lists(st.sampled_from(BASES).map(lambda base: COENG + base), max_size=2).map("".join),
        st.sampled_from(["", *SHIFTERS]),
        st.sampled_from(["", *VOWELS]),
        st.sampled_from(["", *SIGNS]),
    ),
)
any_khmer_word = st.lists(any_khmer_syllable, min_size=1, max_size=6).map("".join)


def mixed(most: int) -> st.SearchStrategy[str]:
    """Draw what gateways send over the air: every kind of character, nothing only hostile."""
    return st.lists(
        st.one_of(
            st.sampled_from(string.ascii_letters + string.digits + " .,\n"),
            st.sampled_from(gsm7.EXTENSION),
            st.sampled_from("áâçΔΩßñ—“”។"),
            st.sampled_from(EMOJI),
            any_khmer_word,
        ),
        max_size=most,
    ).map("".join)


any_plain_text = mixed(400)
any_gsm_text = st.text(gsm7.BASIC + gsm7.EXTENSION, max_size=500)
any_text = st.lists(
    st.one_of(mixed(30), st.sampled_from(HOSTILE), st.text(max_size=5)), max_size=8
).map("".join)

KEYS = [
    "",
    "0",
    "00",
    "9",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "01",
    "77",
    "102",
    "0212",
    "041",
]
any_key = st.one_of(
    st.sampled_from(KEYS),
    st.sampled_from([" 1 ", "១", "១០២", "１", "1.", "0#", "00)", "-1", "1e0", "None"]),
    st.sampled_from(["02122600428", "0212-26-0042-8", "02122600429", "ok", "bus stop"]),
    st.text(max_size=8).map(lambda text: text.replace("*", "")),
)
any_typing = st.lists(any_key, max_size=12)

any_msisdn = st.one_of(
    st.integers(0, 999).map(lambda tail: f"+85512000{tail:03d}"),
    st.integers(0, 999).map(lambda tail: f"+855970000{tail:03d}"),
    st.integers(0, 999).map(lambda tail: f"+254700000{tail:03d}"),
)
