"""English."""

from lyhord.hearing.facts.model import LIFE_EVENT, PLAN, PREFERENCE, PROBLEM, PRODUCT, Rule, Rules, words

_I = r"\b(?:I|we)"
_AM = r"\b(?:I(?:'m|’m| am)|we(?:'re|’re| are))"
_HAVE = r"\b(?:I|we)(?:'ve|’ve| have)?(?: (?:just|recently|now|finally))*"
_MUCH = r"(?: (?:really|always|usually|much|actually|generally|definitely|absolutely|also|still|strongly))*"
_O = r"(?P<o>[^\n]+)"
_THING = (
    r"(?:car|van|dog|cat|puppy|horse|house|flat|cottage|cabin|boat|bike|e-?bike|motorbike|caravan|campervan|heat pump|boiler|phone|iphone|laptop|"
    r"printer|router|tv|dishwasher|washing machine|fridge|freezer|oven|robot mower|solar panels?|garden|garage|piano|child|children|kids|"
    r"son|daughter|twins)"
)

RULES = Rules(
    mine=words(r"\b(?:I|we|my|our)\b"),
    asks=words(
        r"\?\s*$|^\W*(?:(?:so|and|but|hi|hello|also)\W+)*(?:what|when|where|why|how|who|which|do|does|did|can|could|should|shall|is|are|am|will|may|have) "
    ),
    supposes=words(
        r"\b(?:if|unless|would|could|might|maybe|perhaps|possibly|suppose|supposing|imagine|wish|whether|thought|used to|pretend|in case|hoping|hope|"
        r"probably|I may|we may|should|asked|wonder|wondering|let's say|as though|think|guess)\b|\b(?:I|we)['’]d\b"
    ),
    reports=words(r"\b(?:says?|said|saying|claims?|claimed|told|tells|according to|quote|he thinks|she thinks|they think)\b"),
    ends=words(
        r"[,;:()–]|\b(?:but|because|so that|so|since|which|who|while|although|though|please|and (?:I|we|my|our|the|it|you|your|that|can|please|would))\b|(?: - )"
    ),
    empty=words(
        r"^(?:it|this|that|them|you|him|her|these|those|to|how|the way|the idea|your|what|when|not|in|on|last|a lot|doing business|being|an?)\b|^(?:one|some|more)$"
    ),
    rules=(
        Rule(PREFERENCE, "like:{o}", words(rf"{_I}{_MUCH} prefer (?:to have |to get |having |getting )?{_O}"), 0.9),
        Rule(PREFERENCE, "like:{o}", words(rf"{_I}{_MUCH} (?:love|like|enjoy|adore) {_O}"), 0.8),
        Rule(PREFERENCE, "like:{o}", words(r"\b(?:my|our) favou?rite (?:[\w-]+ ){0,3}(?:is|are) " + _O), 0.85),
        Rule(
            PREFERENCE,
            "like:{o}",
            words(rf"{_I}{_MUCH} (?P<n>don['’]t|do not|never|can['’]t|cannot) (?:really |even )?(?:like|eat|drink|stand|prefer) {_O}"),
            0.85,
            keeps_denied=True,
        ),
        Rule(PREFERENCE, "like:{o}", words(rf"{_I}{_MUCH} (?P<n>hate|dislike|detest) {_O}"), 0.85, keeps_denied=True),
        Rule(PREFERENCE, "diet", words(rf"{_AM} (?:both |all )?(?P<n>no longer |not )?(?:an? )?(?:strict )?(?:vegan|vegetarian|pescatarian)s?\b"), 0.9),
        Rule(
            PLAN,
            "plan:move",
            words(rf"{_AM}(?: actually| now| still)? (?P<n>not |no longer |never )?(?:moving|relocating|emigrating|going to move)\b(?! (?:on|forward|along|money|my account))[^\n]*"),
            0.9,
        ),
        Rule(
            PLAN,
            "plan:{verb}",
            words(
                rf"{_AM}(?: actually| now| still)? (?P<n>not |no longer )?(?:going to |planning to |about to |planning on )?"
                r"(?P<verb>buy|sell|renovat|build|retir|marry|getting married|get married|travel|fly|start|open|expand|chang|study|"
                r"expecting|adopt|replac)(?:ing|e|)\b[^\n]*"
            ),
            0.8,
        ),
        Rule(PLAN, "plan:{o}", words(rf"{_I}(?: also| now)? (?P<n>don['’]t |do not |no longer )?(?:plan|intend) to {_O}"), 0.85),
        Rule(LIFE_EVENT, "home", words(rf"{_HAVE} moved (?:to|into|house|home|in|from|last|this|here)\b[^\n]*"), 0.9),
        Rule(LIFE_EVENT, "marriage", words(rf"{_HAVE} (?:got|gotten) (?:married|divorced|engaged)\b[^\n]*"), 0.9),
        Rule(LIFE_EVENT, "marriage", words(rf"{_AM} (?:now |recently |newly |just )?(?:married|divorced|widowed|an? widow(?:er)?|engaged)\b"), 0.85),
        Rule(LIFE_EVENT, "work", words(rf"{_HAVE} (?:retired|lost my job|changed jobs|started a new job|been laid off|been made redundant)\b[^\n]*"), 0.9),
        Rule(LIFE_EVENT, "work", words(rf"{_AM} (?:now |currently |recently )?(?:retired|unemployed|a student|a pensioner|on (?:parental|maternity|paternity) leave)\b"), 0.85),
        Rule(LIFE_EVENT, "child", words(rf"{_HAVE} had (?:(?:a|our|another|my)(?: [\w-]+)? (?:baby|child|son|daughter)|twins)\b(?! (?:issue|problem))"), 0.85),
        Rule(LIFE_EVENT, "death:{o}", words(r"\b(?:my|our) (?P<o>husband|wife|mother|father|mum|mom|dad|son|daughter|partner|sister|brother|grandmother|grandfather)(?: has| just| sadly)* (?:died|passed away)\b"), 0.9),
        Rule(PRODUCT, "own:{o}", words(rf"{_I} (?P<n>no longer |don['’]t )?(?:own|drive|ride) (?:an?|the|two|three|your|one of your)? ?{_O}"), 0.85),
        Rule(PRODUCT, "own:{o}", words(rf"{_HAVE} (?:bought|purchased) (?:myself |ourselves )?(?:an?|the|two|three|your|one of your) {_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"{_HAVE} (?P<n>sold|given away|got rid of) (?:my|our|the) {_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"{_I}(?:'ve|’ve)? (?P<n>no longer |don['’]t )?(?:have|got|have got) (?:an?|one|two|three|four|2|3|4)? ?(?P<o>(?:[\w-]+ ){{0,2}}{_THING}(?:s|es)?\b[^\n]*)"), 0.8),
        Rule(PROBLEM, "works:{o}", words(r"\b(?:my|our) (?P<o>(?:[\w-]+ ){0,3}?[\w-]+?) (?:(?:still|just|suddenly|has|keeps?) )*(?:doesn['’]t|does not|won['’]t|isn['’]t working|is broken|is dead|is leaking|leaks|broke|stopped working|stopped|keeps crashing|crashing|crashes|freezes|freezing|dropping)\b[^\n]*"), 0.8),
        Rule(PROBLEM, "works:{o}", words(r"\b(?:my|our) (?P<o>(?:[\w-]+ ){0,3}?[\w-]+?) (?P<n>works|is working|is fixed|has been fixed)(?: again| now| fine)*\b"), 0.8),
        Rule(PROBLEM, "works:{o}", words(rf"{_I} (?:still |always )?(?:have|am having|are having|keep having) (?:an? )?(?:problems?|trouble|issues?|difficulty|difficulties) (?:with )?{_O}"), 0.8),
    ),
)  # fmt: skip
