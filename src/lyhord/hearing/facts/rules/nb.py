"""Norwegian: Bokmål, and Nynorsk and dialects as far as their words for *I*, *we* and *not* go."""

from lyhord.hearing.facts.model import LIFE_EVENT, PLAN, PREFERENCE, PROBLEM, PRODUCT, Rule, Rules, words

_I = r"\b(?:jeg|eg|æ|vi|me)"
_NOT = r"(?:ikke|ikkje|itj|aldri)"
_MUCH = r"(?: (?:virkelig|alltid|helst|mye|faktisk|også|fortsatt|fremdeles|absolutt|som regel|jo))*"
_O = r"(?P<o>[^\n]+)"


def _both(verb: str) -> str:
    return rf"(?:{_I}{_MUCH} {verb}|\b{verb} (?:jeg|eg|æ|vi|me)\b)"


_MINE = r"\b(?:min|mitt|mi|mine|vår|vårt|våre)"
_THING = (
    r"(?:bil|varebil|hund|katt|valp|hest|hus|leilighet|hytte|hytta|båt|sykkel|elsykkel|motorsykkel|campingvogn|bobil|varmepumpe|mobil|telefon|iphone|"
    r"pc|nettbrett|skriver|ruter|tv|oppvaskmaskin|vaskemaskin|kjøleskap|fryser|ovn|robotklipper|solceller|hage|garasje|piano|barn|unger|sønn|"
    r"datter|tvillinger)"
)

RULES = Rules(
    mine=words(r"\b(?:jeg|eg|æ|vi|me|min|mitt|mi|mine|vår|vårt|våre)\b"),
    asks=words(
        r"\?\s*$|^\W*(?:(?:så|og|men|hei|også)\W+)*(?:hva|kva|ka|når|hvor|kor|hvorfor|korfor|hvordan|hvem|hvilken|hvilket|kan|får|skal|er|har|finnes|må|går|vil|lurer) "
    ),
    supposes=words(
        r"\b(?:hvis|viss|dersom|kanskje|skulle|ville|hadde|tenk|eventuelt|muligens|trolig|antagelig|trodde|tror|trur|pleide|lurer|håper|ønsker|vurderer|før i tida)\b"
        r"|\bom\b(?! (?:en|et|ei|to|tre|fire|fem|seks|noen|et par|\d+) (?:dag|uke|veke|måned|år))"
    ),
    reports=words(r"\b(?:sier|seier|sa|sagt|påstår|påsto|ifølge|forteller|fortalte|hevder|synes at jeg|sitat)\b"),
    ends=words(r"[,;:()–]|\b(?:men|fordi|for at|så|som|mens|selv om|takk|og (?:jeg|eg|vi|min|mitt|den|det|du|dere|kan|vil|er))\b|(?: - )"),
    empty=words(r"^(?:det|den|dette|dem|deg|dere|ham|henne|at|å få høre|hvordan|måten|deres|din|ditt|hva|når|ikke|ikkje|en|et|meg|om|som|i|på|forrige|under)\b|^(?:noe|noen|mer)$"),
    rules=(
        Rule(PREFERENCE, "like:{o}", words(_both("(?:foretrekker|føretrekkjer|foretrekk)") + rf" (?:å (?:få|ha) )?{_O}"), 0.9),
        Rule(PREFERENCE, "like:{o}", words(_both("(?:liker|likar|like|elsker|elskar|er glad i|digger|setter pris på)") + rf"(?: (?:virkelig|best|mest|godt))* {_O}"), 0.8),
        Rule(PREFERENCE, "like:{o}", words(rf"(?:{_MINE} favoritt\w*|\bfavoritt\w* {_MINE[2:]}) er {_O}"), 0.85),
        Rule(PREFERENCE, "like:{o}", words(rf"(?:{_I} (?:liker|likar|spiser|spis|et|eter|drikker|drikk|tåler|vil ha) (?P<n>{_NOT})(?: (?:ha))*|{_I} er (?P<n2>{_NOT}) glad i) {_O}"), 0.85, keeps_denied=True),
        Rule(PREFERENCE, "like:{o}", words(rf"{_I}{_MUCH} (?P<n>hater|hatar|avskyr|misliker) {_O}"), 0.85, keeps_denied=True),
        Rule(PREFERENCE, "diet", words(rf"{_I} er (?:begge |alle )?(?P<n>{_NOT} (?:lenger )?)?(?:en )?(?:veganer|vegetarianer|vegetar)(?:e|ar)?\b"), 0.9),
        Rule(PLAN, "plan:move", words(rf"(?:{_I} (?:skal|kommer til å|kjem til å|tenker å) (?P<n>{_NOT} )?(?:flytte|flytta)|{_I} (?:flytter|flyttar|flytte)|\b(?:flytter|flyttar) (?:jeg|eg|vi|me))\b(?P<n2> {_NOT})?(?! (?:penger|fram|fokus|kontoen))[^\n]*"), 0.9),
        Rule(PLAN, "plan:{verb}", words(rf"{_I} (?:skal|kommer til å|kjem til å|tenker å|planlegger å|har tenkt å) (?P<n>{_NOT} )?(?P<verb>kjøpe|kjøpa|selge|selja|pusse opp|bygge|byggja|pensjonere|gifte|reise|reisa|dra|begynne|byrja|åpne|bytte|studere|adoptere)\b[^\n]*"), 0.85),
        Rule(PLAN, "plan:{o}", words(rf"{_I} (?:planlegger|planlegg|akter|har planer om) (?P<n>{_NOT} )?(?:å )?{_O}"), 0.8),
        Rule(LIFE_EVENT, "home", words(rf"{_I} (?:har )?(?:akkurat |nettopp |nylig )?(?:har )?(?:flyttet|flytta)\b(?! i (?:mai|juni|juli|august|september|oktober|november|desember|januar|februar|mars|april)\b)[^\n]*"), 0.85),
        Rule(LIFE_EVENT, "marriage", words(rf"{_I} (?:har )?(?:akkurat |nettopp |nylig )?(?:giftet|gifta|gift|skilt|skilte|forlovet|forlova) (?:meg|oss)\b[^\n]*|{_I} er (?:nå |no |ny)?(?:gift|skilt|nygift|nyskilt|enke|enkemann|forlovet|forlova)\b"), 0.9),
        Rule(LIFE_EVENT, "work", words(rf"{_I} (?:har )?(?:akkurat |nettopp |nylig )?(?:har )?(?:gått av med pensjon|gikk av med pensjon|blitt pensjonist|mistet jobben|mista jobben|byttet jobb|bytta jobb|fått ny jobb|begynt å studere|blitt oppsagt)\b[^\n]*"), 0.9),
        Rule(LIFE_EVENT, "work", words(rf"{_I} er (?:nå |no |for tiden )?(?:pensjonist|pensjonert|arbeidsledig|arbeidslaus|student|i permisjon|i foreldrepermisjon)\w*\b"), 0.85),
        Rule(LIFE_EVENT, "child", words(rf"{_I} (?:har )?(?:akkurat |nettopp |nylig )?(?:har )?(?:fått|fekk) (?:(?:en|et|ei|ein|vår|vårt|vår første|vårt første) )?(?:sønn|son|datter|dotter|barn|baby|tvillinger)\b"), 0.85),
        Rule(LIFE_EVENT, "death:{o}", words(r"(?:\b(?:min|mi|vår) (?P<o>mann|kone|mor|far|mamma|pappa|sønn|datter|samboer|søster|bror|bestemor|bestefar)|\b(?P<o2>mannen|kona|mora|moren|faren|mammaen|pappaen|sønnen|datteren|samboeren|søsteren|broren|bestemora|bestefaren) min|\b(?P<o3>kona|mora|dattera|søstera|bestemora) mi)(?: har)? (?:døde|døydde|er død|gikk bort|gått bort)\b"), 0.9),
        Rule(PRODUCT, "own:{o}", words(rf"{_I} (?:eier|eig|kjører|køyrer) (?P<n>{_NOT} )?(?:en|et|ei|to|deres)? ?{_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"{_I} (?:har )?(?:akkurat |nettopp |nylig )?(?:kjøpt|kjøpte|skaffet|skaffa) (?:oss |meg )?(?:en|et|ei|ein|to|deres|den|det) {_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"{_I} (?:har )?(?:akkurat |nettopp )?(?P<n>solgt|solgte|selt|kvittet oss med|gitt bort) (?:den |det )?{_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"{_I} har (?P<n>{_NOT} (?:lenger )?)?(?:en|et|ei|ein|to|tre|fire|2|3|4)? ?(?P<o>(?:[\w-]+ ){{0,2}}[\w-]*{_THING}(?:er|ar|r|e)?\b[^\n]*)"), 0.8),
        Rule(PROBLEM, "works:{o}", words(rf"(?:{_MINE} (?P<o>(?:[\w-]+ ){{0,2}}?[\w-]+?)|\b(?P<o2>[\w-]+) {_MINE[2:]}) (?:har )?(?:(?:bare|fortsatt|plutselig) )*(?:virker {_NOT}|virkar {_NOT}|funker {_NOT}|fungerer {_NOT}|starter {_NOT}|er ødelagt|er i stykker|har gått i stykker|gikk i stykker|lekker|lek|henger seg|kræsjer|sluttet å virke|slutta å virke|har sluttet|stopper|drypper)\b[^\n]*"), 0.8),
        Rule(PROBLEM, "works:{o}", words(rf"(?:{_MINE} (?P<o>(?:[\w-]+ ){{0,2}}?[\w-]+?)|\b(?P<o2>[\w-]+) {_MINE[2:]}) (?P<n>virker|virkar|funker|fungerer|er fikset|er fiksa)(?: igjen| nå| no| fint| bra)*\s*(?:$|[.!,])"), 0.8),
        Rule(PROBLEM, "works:{o}", words(rf"{_I} har (?:fortsatt |stadig )?(?:problemer|problem|trøbbel|vansker|trøbbel) (?:med )?{_O}"), 0.8),
    ),
)  # fmt: skip
