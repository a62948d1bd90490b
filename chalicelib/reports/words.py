"""This file holds the headings of reports in English and Khmer; the Khmer is a draft."""

from collections.abc import Mapping

LANGUAGES = ("en", "km")

TITLES: Mapping[str, tuple[str, str]] = {
    "users": ("People who used OWL", "អ្នកប្រើប្រាស់"),
    "requests": ("Requests by kind", "សំណើតាមប្រភេទ"),
    "information": ("Information asked for", "ព័ត៌មានដែលបានសួរ"),
    "tracking": ("Applications looked up", "ការតាមដានពាក្យស្នើសុំ"),
    "standard": ("Delivery standard", "ស្តង់ដារផ្តល់សេវា"),
    "satisfaction": ("Satisfaction", "ការពេញចិត្ត"),
    "comments": ("Comments", "មតិយោបល់"),
    "complaints": ("Complaints", "បណ្តឹង"),
    "forums": ("Forums", "វេទិកា"),
    "questions": ("Questions", "សំណួរ"),
    "actions": ("Actions agreed", "សកម្មភាពដែលបានឯកភាព"),
    "reach": ("People reached", "ប្រជាពលរដ្ឋដែលបានទទួល"),
    "messages": ("Messages and cost", "សារ និងថ្លៃចំណាយ"),
    "consent": ("Consent", "ការយល់ព្រម"),
    "audit": ("Log of deeds", "កំណត់ត្រាការងារ"),
}

# What each table counts, and what it misses.
MEANINGS: Mapping[str, tuple[str, str]] = {
    "users": (
        "Numbers that dialled or texted, each once a month; `both` used both ways that month.",
        "Two people who share a phone are one, and one person in three months is three.",
    ),
    "requests": (
        (
            "Things asked for: a service or office looked at, an application looked up, a forum "
            "opened, a rating or complaint given (feedback)."
        ),
        (
            "Sessions that neither end nor are reported by the gateway. Feedback tells no channel "
            "and no language."
        ),
    ),
    "information": (
        "Which figures of which services were read: all of it, documents, fee, time or office.",
        "The words of what was not understood are not kept. Sessions that are never reported.",
    ),
    "tracking": (
        (
            "Applications looked up: the stage they were at, or overdue, in percent; by the "
            "district of who asked and of the office."
        ),
        "Who never named a commune asks from an unknown district. The stage of an overdue one.",
    ),
    "standard": (
        (
            "Working days from receipt until ready or rejected, against the day that was promised, "
            "or else the stated days. Waiting ones are those open today."
        ),
        "Applications that an office never entered, and holidays that no list has.",
    ),
    "satisfaction": (
        (
            "Answers to the scorecard's five questions, by phone and on paper apart, in percent; "
            "satisfied is acceptable and very."
        ),
        (
            "Offices with too few answers are put together with their neighbours or left out. Who "
            "rates chose to: it is no sample."
        ),
    ),
    "comments": (
        "Comments written beside ratings, by the first topic whose words are in them.",
        "What they say: the reviewers read that. A topic is guessed from words.",
    ),
    "complaints": (
        "Complaints by phone in the month they came, as they stood when it was closed.",
        "Complaints on paper or in person, and what became of them later.",
    ),
    "forums": (
        "Forums held or due in the period: invited by SMS, reached, answered, came.",
        "Who came is what the organizer entered; who heard of it elsewhere is not known.",
    ),
    "questions": (
        "Questions sent to the forums of the period, and how many are answered today.",
        "Questions asked aloud. A topic is guessed from words.",
    ),
    "actions": (
        (
            "What the forums of the period agreed on, and how many came at least so far; replied "
            "is a share of presented."
        ),
        "Whether a reply was kept, until somebody enters it as done.",
    ),
    "reach": (
        "People by phone, at forums and on paper scorecards, added up, against --target.",
        (
            "One person reached in two ways is two. Scorecards whose answers table 6 withholds. "
            "Women are left open where their number would give somebody away."
        ),
    ),
    "messages": (
        (
            "SMS to many that ended in the period: people, what the gateway and operators said, "
            "parts, and the price by the rate card."
        ),
        (
            "Answers to those who asked, and what the gateway really charged. By operator, only "
            "what was planned is known."
        ),
    ),
    "consent": (
        "JOIN, STOP and START in the period; below, people as they are today.",
        "STOP said to the gateway alone. People without a commune are not in today's numbers.",
    ),
    "audit": (
        "What staff did: files with their rows, changes, complaints read.",
        "What was done beside OWL's commands.",
    ),
}

NOTES: Mapping[str, tuple[str, str]] = {
    "few": (
        "Cells under 10 people are put together or left out; totals are of what is shown.",
        "ចំនួនក្រោម 10 នាក់ ត្រូវបានបូកបញ្ចូលគ្នា ឬមិនបង្ហាញ។",
    ),
    "open": (
        "Not published yet, because the month is not closed: {months}.",
        "មិនទាន់ផ្សព្វផ្សាយ៖ {months}",
    ),
    "withheld": (
        "Offices with too few answers, in no number here: {n}.",
        "ការិយាល័យដែលមានចម្លើយតិចពេក៖ {n}",
    ),
    "weeks": (
        "Half of the answered complaints were answered within {n} weeks.",
        "ពាក់កណ្តាលត្រូវបានឆ្លើយក្នុងរយៈពេល {n} សប្តាហ៍",
    ),
    "communes": ("Communes: {n}.", "ឃុំ សង្កាត់៖ {n}"),
    "meetings": ("Scorecard meetings: {n}.", "ប្រជុំដាក់ពិន្ទុ៖ {n}"),
    "consent_now": ("Counted today, not at the end of the period.", "រាប់នៅថ្ងៃនេះ"),
    "synthetic": (
        "MADE UP: this stage holds invented figures for a demonstration.",
        "ទិន្នន័យសាកល្បង៖ តួលេខទាំងនេះមិនមែនជាការពិតទេ",
    ),
}

WORDS: Mapping[str, tuple[str, str]] = {
    "counts": ("What it counts", "រាប់អ្វី"),
    "misses": ("What it misses", "មិនរាប់អ្វី"),
    "made_up": ("made up", "សាកល្បង"),
    "total": ("total", "សរុប"),
    "hidden": ("too few", "តិចពេក"),
    "*": ("several", "ច្រើនបញ្ចូលគ្នា"),
    "": ("not known", "មិនដឹង"),
    "n": ("number", "ចំនួន"),
    "answers": ("answers", "ចម្លើយ"),
    "share": ("%", "%"),
    "month": ("month", "ខែ"),
    "province": ("province", "ខេត្ត"),
    "district": ("district", "ស្រុក/ក្រុង"),
    "office": ("office", "ការិយាល័យ"),
    "commune": ("commune", "ឃុំ/សង្កាត់"),
    "service": ("service", "សេវា"),
    "channel": ("channel", "មធ្យោបាយ"),
    "language": ("language", "ភាសា"),
    "operator": ("operator", "ប្រតិបត្តិករ"),
    "kind": ("kind", "ប្រភេទ"),
    "sex": ("sex", "ភេទ"),
    "people": ("people", "នាក់"),
    "women": ("women", "ស្រី"),
    "men": ("men", "ប្រុស"),
    "unsaid": ("not said", "មិនបានប្រាប់"),
    "women_of_said": ("women % of who said", "ស្រី % ក្នុងអ្នកដែលបានប្រាប់"),
    "women_share": ("women % of all", "ស្រី % ក្នុងចំណោមទាំងអស់"),
    "ussd": ("USSD", "USSD"),
    "sms": ("SMS", "SMS"),
    "both": ("both", "ទាំងពីរ"),
    "information": ("information", "ព័ត៌មាន"),
    "tracking": ("tracking", "តាមដាន"),
    "feedback": ("feedback", "មតិកែលម្អ"),
    "forum": ("forum", "វេទិកា"),
    "question": ("asked for", "សួរអំពី"),
    "all": ("all", "ទាំងអស់"),
    "documents": ("documents", "ឯកសារ"),
    "fee": ("fee", "ថ្លៃ"),
    "time": ("time", "រយៈពេល"),
    "not_understood": ("not understood", "មិនយល់"),
    "outcome": ("was", "លទ្ធផល"),
    "found": ("found", "រកឃើញ"),
    "none": ("not found", "រកមិនឃើញ"),
    "processing": ("in process", "កំពុងដំណើរការ"),
    "ready": ("ready", "យកបានហើយ"),
    "collected": ("collected", "បានយក"),
    "bad": ("mistyped", "លេខខុស"),
    "limit": ("too many tries", "សាកច្រើនដងពេក"),
    "where": ("asked from", "សួរពី"),
    "inside": ("the district", "ក្នុងស្រុក"),
    "outside": ("outside the district", "ក្រៅស្រុក"),
    "unknown": ("not known", "មិនដឹង"),
    "finished": ("finished", "រួចរាល់"),
    "median": ("days, median", "ថ្ងៃ (មធ្យម)"),
    "p90": ("days, 9 of 10", "ថ្ងៃ (9 ក្នុង 10)"),
    "stated": ("days stated", "ថ្ងៃកំណត់"),
    "late": ("late", "យឺត"),
    "late_share": ("late %", "យឺត %"),
    "more_documents": ("more documents", "ខ្វះឯកសារ"),
    "waiting": ("waiting", "រង់ចាំ"),
    "overdue": ("overdue", "ហួសកំណត់"),
    "source": ("source", "ប្រភព"),
    "phone": ("phone", "ទូរស័ព្ទ"),
    "paper": ("paper", "ក្រដាស"),
    "dimension": ("question", "សំណួរ"),
    "hours": ("working hours", "ម៉ោងធ្វើការ"),
    "fees": ("fees", "ថ្លៃសេវា"),
    "attitude": ("attitude", "ឥរិយាបថ"),
    "answer_1": ("not at all %", "មិនពេញចិត្តសោះ %"),
    "answer_2": ("not %", "មិនពេញចិត្ត %"),
    "answer_3": ("acceptable %", "អាចទទួលយកបាន %"),
    "answer_4": ("very %", "ពេញចិត្តខ្លាំង %"),
    "satisfied": ("satisfied %", "ពេញចិត្ត %"),
    "topic": ("topic", "ប្រធានបទ"),
    "other": ("other", "ផ្សេងៗ"),
    "state": ("state", "ស្ថានភាព"),
    "long_wait": ("long wait", "រង់ចាំយូរ"),
    "extra_fee": ("extra fee asked", "ទារប្រាក់បន្ថែម"),
    "refused": ("refused", "បដិសេធ"),
    "received": ("received", "បានទទួល"),
    "acknowledged": ("acknowledged", "បានអាន"),
    "needs_information": ("needs information", "ត្រូវការព័ត៌មាន"),
    "answered": ("answered", "បានឆ្លើយ"),
    "out_of_remit": ("out of remit", "ក្រៅសមត្ថកិច្ច"),
    "closed": ("closed", "បានបិទ"),
    "acknowledge": ("not read in time", "អានយឺត"),
    "answer": ("not answered in time", "ឆ្លើយយឺត"),
    "in_time": ("in time", "ទាន់ពេល"),
    "forums": ("forums", "វេទិកា"),
    "invited": ("invited", "បានអញ្ជើញ"),
    "delivered": ("delivered", "បានដល់"),
    "yes": ("yes", "មក"),
    "no": ("no", "មិនមក"),
    "silent": ("no answer", "មិនឆ្លើយ"),
    "attended": ("came", "បានមក"),
    "asked": ("asked", "បានសួរ"),
    "answered_share": ("answered %", "បានឆ្លើយ %"),
    "published": ("published", "បានផ្សាយ"),
    "days_median": ("days, median", "ថ្ងៃ (មធ្យម)"),
    "agreed": ("agreed", "បានឯកភាព"),
    "presented": ("presented", "បានដាក់ជូន"),
    "replied": ("replied", "បានឆ្លើយតប"),
    "done": ("done", "បានធ្វើ"),
    "replied_share": ("replied %", "ឆ្លើយតប %"),
    "target": ("target", "គោលដៅ"),
    "target_share": ("of target %", "នៃគោលដៅ %"),
    "sent": ("sent", "បានផ្ញើ"),
    "failed": ("failed", "មិនដល់"),
    "rejected": ("rejected", "ត្រូវបានបដិសេធ"),
    "unsure": ("unsure", "មិនច្បាស់"),
    "parts": ("parts", "ផ្នែក"),
    "cheapest": ("price, at least", "ថ្លៃ (តិចបំផុត)"),
    "dearest": ("price, at most", "ថ្លៃ (ច្រើនបំផុត)"),
    "what": ("what", "អ្វី"),
    "join": ("JOIN", "JOIN"),
    "stop": ("STOP", "STOP"),
    "start": ("START", "START"),
    "consented": ("agreed to SMS", "យល់ព្រមទទួលសារ"),
    "opted_out": ("said STOP", "បានឈប់"),
    "reachable": ("get SMS", "ទទួលសារ"),
    "en": ("English", "អង់គ្លេស"),
    "km": ("Khmer", "ខ្មែរ"),
    "km-Latn": ("Khmer, Latin letters", "ខ្មែរ អក្សរឡាតាំង"),
    "cellcard": ("Cellcard", "Cellcard"),
    "smart": ("Smart", "Smart"),
    "metfone": ("Metfone", "Metfone"),
    "notice": ("notice", "សេចក្តីជូនដំណឹង"),
    "broadcast": ("broadcast", "សារផ្សាយ"),
    "day": ("day", "ថ្ងៃ"),
    "who": ("who", "អ្នកណា"),
    "rows": ("rows", "ជួរ"),
    "taken": ("taken", "បានទទួលយក"),
    "details": ("details", "ព័ត៌មានលម្អិត"),
}


def word(id_: str, language: str) -> str:
    """Return a word; what is no word of ours is its own name."""
    found = WORDS.get(id_)
    return found[LANGUAGES.index(language)] if found else id_


def title(name: str, language: str) -> str:
    """Return the title of a table."""
    return TITLES[name][LANGUAGES.index(language)]


def note(id_: str, values: Mapping[str, str], language: str) -> str:
    """Return a sentence under a table."""
    return NOTES[id_][LANGUAGES.index(language)].format(**values)
