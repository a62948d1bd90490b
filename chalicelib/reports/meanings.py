"""This file says what each table counts and what it misses, in English and Khmer (a draft)."""

from collections.abc import Mapping

from chalicelib.reports.words import LANGUAGES

# By language: what it counts, and what it misses.
_MEANINGS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "users": (
        (
            (
                "Numbers that dialled or texted, each once a month; `both` used both ways "
                "that month."
            ),
            (
                "Two people who share a phone are one, and one person in three months is three. "
                "Sex and commune are what they had said when they first came that month."
            ),
        ),
        (
            ("លេខទូរសព្ទដែលបានចុច ឬផ្ញើសារ រាប់ម្តងក្នុងមួយខែ។ «ទាំងពីរ» បានប្រើមធ្យោបាយទាំងពីរក្នុងខែនោះ។"),
            (
                "មនុស្សពីរនាក់ដែលប្រើទូរសព្ទរួមគ្នា រាប់ជាម្នាក់ ហើយម្នាក់ដែលប្រើក្នុងបីខែ រាប់ជាបី។ "
                "ភេទ និងឃុំ គឺតាមអ្វីដែលគេបានប្រាប់ ពេលប្រើលើកដំបូងក្នុងខែនោះ។"
            ),
        ),
    ),
    "requests": (
        (
            (
                "Things asked for: a service or office looked at, an application looked up, a "
                "forum opened, a rating or complaint given (feedback)."
            ),
            (
                "Sessions that neither end nor are reported by the gateway. Feedback tells no "
                "channel and no language."
            ),
        ),
        (
            (
                "អ្វីដែលប្រជាពលរដ្ឋបានស្នើ៖ មើលសេវា ឬការិយាល័យ តាមដានពាក្យស្នើសុំ "
                "បើកមើលវេទិកា វាយតម្លៃ ឬដាក់បណ្តឹង (មតិកែលម្អ)។"
            ),
            ("ការប្រើដែលមិនបានចប់ ហើយប្រព័ន្ធមិនបានរាយការណ៍។ មតិកែលម្អមិនប្រាប់មធ្យោបាយ និងភាសាទេ។"),
        ),
    ),
    "information": (
        (
            (
                "Which figures of which services were read: all of it, documents, fee, time "
                "or office."
            ),
            (
                "The words of what was not understood are not kept. Sessions that are never "
                "reported."
            ),
        ),
        (
            "ព័ត៌មានអ្វីនៃសេវាណាដែលបានអាន៖ ទាំងអស់ ឯកសារ តម្លៃ រយៈពេល ឬការិយាល័យ។",
            "ពាក្យដែលប្រព័ន្ធមិនយល់ មិនត្រូវបានរក្សាទុកទេ។ ការប្រើដែលមិនបានរាយការណ៍។",
        ),
    ),
    "tracking": (
        (
            (
                "Applications looked up: the stage they were at, or overdue, in percent; by "
                "the district of who asked and of the office."
            ),
            (
                "Who never named a commune asks from an unknown district. The stage of an "
                "overdue one."
            ),
        ),
        (
            ("ពាក្យស្នើសុំដែលបានតាមដាន៖ ដំណាក់កាលនៅពេលនោះ ឬហួសកំណត់ គិតជាភាគរយ តាមស្រុករបស់អ្នកសួរ និងរបស់ការិយាល័យ។"),
            ("អ្នកដែលមិនធ្លាប់ប្រាប់ឃុំ រាប់ថាសួរពីស្រុកដែលមិនដឹង។ ដំណាក់កាលរបស់ពាក្យដែលហួសកំណត់។"),
        ),
    ),
    "standard": (
        (
            (
                "Working days from receipt until ready or rejected, against the day that was "
                "promised, or else the stated days. Waiting ones are those open today."
            ),
            "Applications that an office never entered, and holidays that no list has.",
        ),
        (
            (
                "ចំនួនថ្ងៃធ្វើការពីថ្ងៃទទួល ដល់ថ្ងៃរួចរាល់ ឬបដិសេធ ធៀបនឹងថ្ងៃដែលបានសន្យា "
                "ឬរយៈពេលកំណត់។ ពាក្យរង់ចាំ គឺពាក្យដែលនៅបើកថ្ងៃនេះ។"
            ),
            "ពាក្យដែលការិយាល័យមិនបានបញ្ចូល និងថ្ងៃឈប់សម្រាកដែលគ្មានក្នុងបញ្ជី។",
        ),
    ),
    "satisfaction": (
        (
            (
                "Answers to the scorecard's five questions, by phone and on paper apart, in "
                "percent; satisfied is acceptable and very."
            ),
            (
                "Offices with too few answers are put together with their neighbours or left "
                "out. Who rates chose to: it is no sample."
            ),
        ),
        (
            (
                "ចម្លើយចំពោះសំណួរទាំងប្រាំ តាមទូរសព្ទ និងលើក្រដាសដាច់ដោយឡែក គិតជាភាគរយ។ "
                "ពេញចិត្ត គឺអាចទទួលយកបាន និងពេញចិត្តខ្លាំង។"
            ),
            (
                "ការិយាល័យដែលមានចម្លើយតិចពេក ត្រូវបានបូកជាមួយការិយាល័យជិតខាង ឬមិនបង្ហាញ។ "
                "អ្នកវាយតម្លៃសម្រេចចិត្តដោយខ្លួនឯង៖ មិនមែនជាគំរូតំណាងទេ។"
            ),
        ),
    ),
    "comments": (
        (
            "Comments written beside ratings, by the first topic whose words are in them.",
            "What they say: the reviewers read that. A topic is guessed from words.",
        ),
        (
            "មតិដែលសរសេរជាមួយការវាយតម្លៃ តាមប្រធានបទដំបូងដែលមានពាក្យក្នុងនោះ។",
            ("ខ្លឹមសាររបស់មតិ៖ មានតែអ្នកពិនិត្យទេដែលអាន។ ប្រធានបទត្រូវបានប៉ាន់ស្មានពីពាក្យ។"),
        ),
    ),
    "complaints": (
        (
            ("Complaints by phone in the month they came, as they stood when it was closed."),
            "Complaints on paper or in person, and what became of them later.",
        ),
        (
            "បណ្តឹងតាមទូរសព្ទ តាមខែដែលបានទទួល ក្នុងស្ថានភាពនៅពេលបិទខែ។",
            "បណ្តឹងលើក្រដាស ឬផ្ទាល់មាត់ និងអ្វីដែលកើតឡើងក្រោយមក។",
        ),
    ),
    "forums": (
        (
            "Forums held or due in the period: invited by SMS, reached, answered, came.",
            ("Who came is what the organizer entered; who heard of it elsewhere is not known."),
        ),
        (
            "វេទិកាក្នុងរយៈពេលនេះ៖ ចំនួនអ្នកដែលបានអញ្ជើញតាមសារ បានទទួល បានឆ្លើយ និងបានមក។",
            ("ចំនួនអ្នកបានមក គឺតាមអ្នករៀបចំបញ្ចូល។ អ្នកដែលបានដឹងតាមផ្លូវផ្សេង មិនដឹងចំនួនទេ។"),
        ),
    ),
    "questions": (
        (
            "Questions sent to the forums of the period, and how many are answered today.",
            "Questions asked aloud. A topic is guessed from words.",
        ),
        (
            "សំណួរដែលបានផ្ញើទៅវេទិកាក្នុងរយៈពេលនេះ និងចំនួនដែលបានឆ្លើយគិតត្រឹមថ្ងៃនេះ។",
            "សំណួរដែលសួរផ្ទាល់មាត់។ ប្រធានបទត្រូវបានប៉ាន់ស្មានពីពាក្យ។",
        ),
    ),
    "actions": (
        (
            (
                "What the forums of the period agreed on, and how many came at least so far; "
                "replied is a share of presented."
            ),
            "Whether a reply was kept, until somebody enters it as done.",
        ),
        (
            (
                "អ្វីដែលវេទិកាក្នុងរយៈពេលនេះបានឯកភាព និងចំនួនដែលបានទៅដល់ដំណាក់កាលនីមួយៗ។ "
                "ឆ្លើយតប គិតជាភាគរយនៃអ្វីដែលបានដាក់ជូន។"
            ),
            "ការឆ្លើយតបត្រូវបានអនុវត្តឬទេ រហូតដល់មានអ្នកបញ្ចូលថាបានធ្វើ។",
        ),
    ),
    "reach": (
        (
            ("People by phone, at forums and on paper scorecards, added up, against --target."),
            (
                "One person reached in two ways is two. Scorecards whose answers table 6 "
                "withholds. Women are left open where their number would give somebody away."
            ),
        ),
        (
            ("ប្រជាពលរដ្ឋតាមទូរសព្ទ នៅវេទិកា និងលើក្រដាសដាក់ពិន្ទុ បូកបញ្ចូលគ្នា ធៀបនឹងគោលដៅ (--target)។"),
            (
                "ម្នាក់ដែលបានទទួលតាមពីរផ្លូវ រាប់ជាពីរ។ ក្រដាសដាក់ពិន្ទុដែលតារាងទី 6 "
                "មិនបង្ហាញ។ ចំនួនស្រីទុកទំនេរ បើចំនួននោះអាចឱ្យគេស្គាល់នរណាម្នាក់។"
            ),
        ),
    ),
    "messages": (
        (
            (
                "SMS to many that ended in the period: people, what the gateway and operators "
                "said, parts, and the price by the rate card."
            ),
            (
                "Answers to those who asked, and what the gateway really charged. By "
                "operator, only what was planned is known."
            ),
        ),
        (
            (
                "សារផ្ញើទៅមនុស្សច្រើនដែលបានចប់ក្នុងរយៈពេលនេះ៖ ចំនួនមនុស្ស ពាក្យរបស់ប្រព័ន្ធ "
                "និងប្រតិបត្តិករ ចំនួនផ្នែក និងថ្លៃតាមតារាងតម្លៃ។"
            ),
            ("ចម្លើយទៅអ្នកដែលបានសួរ និងប្រាក់ដែលបានបង់ពិតប្រាកដ។ តាមប្រតិបត្តិករ ដឹងតែចំនួនដែលបានគ្រោង។"),
        ),
    ),
    "consent": (
        (
            "JOIN, STOP and START in the period; below, people as they are today.",
            (
                "STOP said to the gateway alone. People without a commune are not in today's "
                "numbers."
            ),
        ),
        (
            "JOIN, STOP និង START ក្នុងរយៈពេលនេះ។ ខាងក្រោម៖ ចំនួនមនុស្សគិតត្រឹមថ្ងៃនេះ។",
            ("STOP ដែលប្រាប់ទៅប្រតិបត្តិករតែម្នាក់ឯង។ អ្នកដែលគ្មានឃុំ មិនរាប់ក្នុងចំនួនថ្ងៃនេះទេ។"),
        ),
    ),
    "audit": (
        (
            "What staff did: files with their rows, changes, complaints read.",
            "What was done beside OWL's commands.",
        ),
        (
            "ការងាររបស់បុគ្គលិក៖ ឯកសារដែលបានបញ្ចូល ការកែប្រែ និងបណ្តឹងដែលបានអាន។",
            "អ្វីដែលបានធ្វើក្រៅពីបញ្ជារបស់ OWL។",
        ),
    ),
}


def meaning(name: str, language: str) -> tuple[str, str]:
    """Return what a table counts, and what it misses."""
    return _MEANINGS[name][LANGUAGES.index(language)]
