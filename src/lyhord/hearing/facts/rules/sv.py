"""Swedish. The verb stands before or behind the person: *jag föredrar*, *numera föredrar jag*."""

from lyhord.hearing.facts.model import LIFE_EVENT, PLAN, PREFERENCE, PROBLEM, PRODUCT, Rule, Rules, words

_I = r"\b(?:jag|vi|ja|vi i familjen)"
_MUCH = r"(?: (?:verkligen|alltid|oftast|helst|mycket|faktiskt|också|fortfarande|absolut|ju|nog inte annat än))*"
_O = r"(?P<o>[^\n]+)"


def _both(verb: str) -> str:
    """`jag flyttar` and `flyttar jag`."""
    return rf"(?:{_I}{_MUCH} {verb}|\b{verb} (?:jag|vi)\b)"


_THING = (
    r"(?:bil|skåpbil|hund|katt|valp|häst|hus|villa|radhus|lägenhet|stuga|torp|båt|cykel|elcykel|motorcykel|mc|husvagn|husbil|värmepump|panna|mobil|"
    r"telefon|iphone|dator|surfplatta|skrivare|router|tv|diskmaskin|tvättmaskin|kyl|frys|ugn|robotklippare|solceller|trädgård|garage|piano|barn|"
    r"son|dotter|tvillingar)"
)

RULES = Rules(
    mine=words(r"\b(?:jag|ja|vi|min|mitt|mina|vår|vårt|våra)\b"),
    asks=words(
        r"\?\s*$|^\W*(?:(?:så|och|men|hej|hejsan|också)\W+)*(?:vad|när|var|varför|hur|vem|vilken|vilket|vilka|kan|får|ska|skall|är|har|finns|måste|går|vill|undrar|föredrar ni|gillar ni) "
    ),
    supposes=words(
        r"\b(?:ifall|kanske|skulle|hade|tänk|eventuellt|möjligen|troligen|antagligen|trodde|tror|brukade|undrar|hoppas|önskar|funderar|förr)\b"
        r"|(?<!tycker )(?<!tycker inte )\bom\b(?! (?:en|ett|två|tre|fyra|fem|sex|några|ett par|\d+) (?:dag|veck|månad|år))"
    ),
    reports=words(r"\b(?:säger|sa|sade|sagt|påstår|påstod|enligt|berättar|berättade|hävdar|tycker att jag|citat)\b"),
    ends=words(r"[,;:()–]|\b(?:men|eftersom|så att|så|som|medan|fast|snälla|tack|och (?:jag|vi|min|mitt|den|det|du|ni|kan|vill|är))\b|(?: - )"),
    empty=words(r"^(?:det|den|detta|dem|dom|dig|er|honom|henne|att|hur|sättet|ert|din|ditt|era|vad|när|inte|en|ett|mig|om|som|i|på|förra|under)\b|^(?:något|några|mer)$"),
    rules=(
        Rule(PREFERENCE, "like:{o}", words(_both("föredrar") + rf" (?:att (?:få|ha) )?{_O}"), 0.9),
        Rule(PREFERENCE, "like:{o}", words(_both("(?:gillar|älskar|tycker om|uppskattar|diggar)") + rf"(?: (?:verkligen|bäst|mest|om))* {_O}"), 0.8),
        Rule(PREFERENCE, "like:{o}", words(rf"\b(?:min|mitt|vår|mina) favorit\w*(?: \w+)? är {_O}"), 0.85),
        Rule(PREFERENCE, "like:{o}", words(rf"(?:{_I} (?:gillar|äter|dricker|tål|vill) (?P<n>inte|aldrig)(?: (?:alls|ha))*|{_I} tycker (?P<n2>inte) om) {_O}"), 0.85, keeps_denied=True),
        Rule(PREFERENCE, "like:{o}", words(rf"{_I}{_MUCH} (?P<n>avskyr|hatar|ogillar) {_O}"), 0.85, keeps_denied=True),
        Rule(PREFERENCE, "diet", words(rf"{_I} är (?:båda |alla )?(?P<n>inte (?:längre )?)?(?:en )?(?:vegan|vegetarian|pescetarian)(?:er)?\b"), 0.9),
        Rule(PLAN, "plan:move", words(rf"(?:{_I} (?:ska|skall|kommer att|kommer|tänker) (?P<n>inte )?flytta|{_I} flyttar|\bflyttar (?:jag|vi)|{_I} ska inte flytta)\b(?P<n2> inte)?(?! (?:pengar|fram|fokus|mitt konto))[^\n]*"), 0.9),
        Rule(PLAN, "plan:{verb}", words(rf"{_I} (?:ska|skall|kommer att|tänker|planerar att|har tänkt) (?P<n>inte )?(?P<verb>köpa|sälja|renovera|bygga|gå i pension|gifta|resa|åka|börja|öppna|byta|plugga|studera|adoptera)\b[^\n]*"), 0.85),
        Rule(PLAN, "plan:{o}", words(rf"{_I} (?:planerar|avser) (?P<n>inte )?(?:att )?{_O}"), 0.8),
        Rule(LIFE_EVENT, "home", words(rf"{_I} (?:har )?(?:just |precis |nyss |nyligen )?(?:har )?(?:flyttat|flyttade)\b[^\n]*"), 0.9),
        Rule(LIFE_EVENT, "marriage", words(rf"{_I} (?:har )?(?:just |precis |nyss |nyligen )?(?:gift|gifte|skilt|skilde|förlovat) (?:mig|oss)\b[^\n]*|{_I} är (?:nu |numera |ny)?(?:gift|skild|nygift|nyskild|änka|änkling|förlovade?)\b"), 0.9),
        Rule(LIFE_EVENT, "work", words(rf"{_I} (?:har )?(?:just |precis |nyss |nyligen )?(?:har )?(?:gått i pension|gick i pension|blivit av med jobbet|bytt jobb|fått nytt jobb|börjat plugga|blivit uppsagd)\b[^\n]*"), 0.9),
        Rule(LIFE_EVENT, "work", words(rf"{_I} är (?:nu |numera |just nu )?(?:pensionär|pensionerad|arbetslös|student|föräldraledig|mammaledig|pappaledig)\w*\b"), 0.85),
        Rule(LIFE_EVENT, "child", words(rf"{_I} (?:har )?(?:just |precis |nyss |nyligen )?(?:har )?fått (?:(?:en|ett|vår|vårt|vår första|vårt första) )?(?:son|dotter|barn|bebis|tvillingar)\b"), 0.85),
        Rule(LIFE_EVENT, "death:{o}", words(r"\b(?:min|vår) (?P<o>man|fru|mamma|pappa|mor|far|son|dotter|sambo|syster|bror|mormor|morfar|farmor|farfar|make|maka)(?: har)? (?:dog|dött|gick bort|gått bort|avled|avlidit)\b"), 0.9),
        Rule(PRODUCT, "own:{o}", words(rf"{_I} (?:äger|kör) (?P<n>inte )?(?:en|ett|två|er|ert)? ?{_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"{_I} (?:har )?(?:just |precis |nyss |nyligen )?(?:köpt|köpte|skaffat|skaffade) (?:oss |mig )?(?:en|ett|två|er|ert|den|det) {_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"{_I} (?:har )?(?:just |precis )?(?P<n>sålt|sålde|gjort oss av med|skänkt bort) (?:min|mitt|vår|vårt|den|det) {_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"{_I} har (?P<n>inte (?:längre )?)?(?:en|ett|två|tre|fyra|2|3|4)? ?(?P<o>(?:[\w-]+ ){{0,2}}[\w-]*{_THING}(?:ar|er|or|r)?\b[^\n]*)"), 0.8),
        Rule(PROBLEM, "works:{o}", words(r"\b(?:min|mitt|mina|vår|vårt) (?P<o>(?:[\w-]+ ){0,2}?[\w-]+?) (?:har )?(?:(?:bara|fortfarande|plötsligt) )*(?:funkar inte|fungerar inte|startar inte|går inte|är trasig\w*|är sönder|har gått sönder|gått sönder|gick sönder|läcker|hänger sig|kraschar|slutat fungera|la av|stannar|droppar)\b[^\n]*"), 0.8),
        Rule(PROBLEM, "works:{o}", words(r"\b(?:min|mitt|mina|vår|vårt) (?P<o>(?:[\w-]+ ){0,2}?[\w-]+?) (?P<n>funkar|fungerar|är lagad|är lagat)(?: igen| nu| bra)*\s*(?:$|[.!,])"), 0.8),
        Rule(PROBLEM, "works:{o}", words(rf"{_I} har (?:fortfarande |ständigt )?(?:problem|strul|bekymmer|svårt) (?:med )?{_O}"), 0.8),
    ),
)  # fmt: skip
