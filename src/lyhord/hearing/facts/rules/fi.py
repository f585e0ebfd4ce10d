"""Finnish, written and spoken. The person stands in the verb: *pidän*, *muutamme*, *me muutetaan*."""

from lyhord.hearing.facts.model import LIFE_EVENT, PLAN, PREFERENCE, PROBLEM, PRODUCT, Rule, Rules, words

_I = r"(?:\b(?:minä|mä|mää|mie|me) )?"
_NOT = r"(?:en|emme|ei|en enää|emme enää|ei enää)"
_MUCH = r"(?: (?:todella|aina|yleensä|kovasti|kyllä|myös|edelleen|eniten|tosi paljon|oikeasti))*"
_O = r"(?P<o>[^\n]+)"
_THING = (
    r"(?:auto|pakettiauto|koira|kissa|pentu|hevonen|talo|omakotitalo|rivitalo|kämppä|mökki|vene|pyörä|sähköpyörä|moottoripyörä|asuntovaunu|asuntoauto|"
    r"lämpöpumppu|ilmalämpöpumppu|kattila|puhelin|kännykkä|iphone|tietokone|läppäri|tulostin|reititin|telkkari|televisio|astianpesukone|"
    r"pesukone|jääkaappi|pakastin|uuni|kiuas|robottiruohonleikkuri|aurinkopaneelit|piha|autotalli|piano|lapsi|lasta|poika|tytär|kaksoset)"
)

RULES = Rules(
    mine=words(r"\b(?:minä|mä|mää|mie|me|minun|mun|meidän|meiän|minulla|mulla|meillä|meil)\b|\b\w+(?:n|mme|taan|tään|daan|dään|in|imme|ttiin)\b"),
    asks=words(
        r"\?\s*$|^\W*(?:(?:niin|ja|mutta|hei|moi)\W+)*(?:mikä|mitä|milloin|koska|missä|mistä|mihin|miksi|miten|kuka|kuinka|paljonko|millo|\w+(?:ko|kö|ks)) "
    ),
    supposes=words(
        r"\b(?:jos|ehkä|kenties|mahdollisesti|luulin|luulen|olisi\w*|oisi\w*|ois|muka|toivon|harkitsen|harkitsemme|mietin|kuvittele|ennen vanhaan|(?!iltaisin|aamuisin|öisin|päivisin|arkisin|pyhäisin|sunnuntaisin)\w+(?:aisin|äisin|oisin|öisin|uisin|eisin|aisimme|äisimme|oisimme))\b"
    ),
    reports=words(r"\b(?:sanoo|sanoi|sanoivat|väittää|väitti|mukaan|kertoo|kertoi|kuulemma)\b"),
    ends=words(r"[,;:()–]|\b(?:mutta|koska|sillä|joka|jotka|joten|kun|vaikka|kiitos|kiitti|enkä|eikä|niin|ja (?:minä|mä|me|se|haluan|voisitteko|saisinko))\b|(?: - )"),
    empty=words(r"^(?:siitä|sitä|tästä|tuosta|niistä|teistä|sinusta|hänestä|että|et|miten|tavasta|teidän|mitä|kun|ku|ei|jotain|\w+kuussa)\b"),
    rules=(
        Rule(PREFERENCE, "like:{o}", words(rf"\b(?:pidän|pidämme|tykkään|tykätään|tykkäämme|suosin|suosimme|rakastan|rakastamme){_MUCH} {_O}"), 0.85),
        Rule(PREFERENCE, "like:{o}", words(rf"\b(?:otan|otamme|syön|juon|haluan|haluamme|valitsen|asioin){_MUCH} (?:aina )?mieluummin {_O}"), 0.85),
        Rule(PREFERENCE, "like:{o}", words(rf"\b(?:lempi\w+ni|suosikki\w*ni|lempi\w+mme) on {_O}"), 0.85),
        Rule(PREFERENCE, "like:{o}", words(rf"\b(?P<n>en|emme|me ei) (?:oikein |yhtään |lainkaan )?(?:pidä|tykkää|tykätä|syö|juo|siedä) {_O}"), 0.85, keeps_denied=True),
        Rule(PREFERENCE, "like:{o}", words(rf"\b(?P<n>inhoan|vihaan|inhoamme|en voi sietää) {_O}"), 0.85, keeps_denied=True),
        Rule(PREFERENCE, "diet", words(r"\b(?:(?P<n>en|emme) (?:ole|oo)(?: enää)?|olen|oon|olemme|ollaan) (?:kaikki |molemmat )?(?:vegaane?ja?|vegaani|kasvissyöjä|kasvissyöjiä)\b"), 0.9),
        Rule(PLAN, "plan:move", words(r"(?:\b(?P<n>en|emme|ei) (?:enää |sittenkään |olekaan )*(?:muutakaan|muuta|muuteta|muuttamassa)|\b(?:muutan|muutamme|muutetaan|(?:olen|olemme|ollaan|oon) muuttamassa|(?:aion|aiomme|aiotaan) muuttaa))\b(?! (?:mieltä|mieleni|tilausta|varausta))[^\n]*"), 0.85),
        Rule(PLAN, "plan:{verb}", words(r"\b(?:aion|aiomme|aiotaan|meinaan|meinataan|suunnittelemme|suunnittelen|olen aikeissa|olemme aikeissa|(?P<n>en|emme) (?:aio|aiokaan)) (?P<verb>ostaa|ostamista|myydä|myymistä|remontoida|remonttia|rakentaa|rakentamista|matkustaa|matkaa|aloittaa|avata|vaihtaa|opiskella|adoptoida|lähteä|jäädä eläkkeelle|mennä naimisiin)\b[^\n]*"), 0.85),
        Rule(PLAN, "plan:marry", words(r"\b(?:menen|menemme|mennään) naimisiin\b[^\n]*"), 0.85),
        Rule(LIFE_EVENT, "home", words(r"\b(?:muutin|muutimme|muutettiin|(?:olen|olemme|ollaan|oon) (?:juuri |just |vasta )?(?:muuttanut|muuttaneet|muutettu|muuttanu))\b[^\n]*"), 0.85),
        Rule(LIFE_EVENT, "marriage", words(r"\b(?:menin|menimme|mentiin) (?:juuri )?(?:naimisiin|kihloihin)\b[^\n]*|\b(?:erosimme|erottiin|erosin (?:puolisostani|miehestäni|vaimostani))\b[^\n]*|\b(?:olen|oon|olemme|ollaan) (?:nyt |nykyään |vasta)?(?:naimisissa|eronnut|leski|kihloissa)\b"), 0.85),
        Rule(LIFE_EVENT, "work", words(r"\b(?:jäin (?:juuri )?(?:eläkkeelle|työttömäksi)|menetin työni|vaihdoin työpaikkaa|sain uuden työn|aloitin opinnot)\b[^\n]*|\b(?:olen|oon|olemme|ollaan) (?:nyt |nykyään )?(?:eläkkeellä|eläkeläinen|eläkeläisiä|työtön|työttömänä|opiskelija|vanhempainvapaalla|äitiyslomalla)\b"), 0.9),
        Rule(LIFE_EVENT, "child", words(r"\b(?:saimme|saatiin|sain) (?:juuri )?(?:vauvan|pojan|tytön|lapsen|kaksoset|esikoisen)\b[^\n]*|\bmeille syntyi [^\n]*"), 0.85),
        Rule(LIFE_EVENT, "death:{o}", words(r"\b(?:(?:minun|mun|meidän) )?(?P<o>mieheni|vaimoni|äitini|isäni|poikani|tyttäreni|siskoni|veljeni|puolisoni|mummoni|ukkini|mies|vaimo|äiti|isä)(?: on)? (?:kuoli|kuollut|menehtyi|poistui)\b"), 0.85),
        Rule(PRODUCT, "own:{o}", words(rf"\b(?:(?P<n>en|emme) (?:enää )?omista|omistan|omistamme) {_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"\b(?:ostin|ostimme|ostettiin|hankin|hankimme|hankittiin) (?:juuri |itselleni |meille )?(?:teiltä |uuden )?{_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"\b(?P<n>myin|myimme|myytiin|luovuimme|luovuin) {_O}"), 0.8),
        Rule(PRODUCT, "own:{o}", words(rf"\b(?:minulla|mulla|meillä|meil) (?:(?P<n>ei (?:enää )?ole|ei oo)|on) (?:kaksi |kaks |kolme |2 |3 )?(?P<o>(?:[\w-]+ ){{0,2}}[\w-]*{_THING}(?:a|ä|ta|tä)?\b[^\n]*)"), 0.8),
        Rule(PROBLEM, "works:{o}", words(r"\b(?:minun|mun|meidän|meiän) (?P<o>(?:[\w-]+ ){0,2}?[\w-]+?) (?:(?:vain|taas|edelleen|yhtäkkiä) )*(?:ei toimi|ei käynnisty|ei lämpene|ei lähde|on rikki|on hajalla|meni rikki|hajosi|vuotaa|jumittaa|kaatuu|kaatuilee|lakkasi toimimasta|pätkii|tippuu)\b[^\n]*"), 0.8),
        Rule(PROBLEM, "works:{o}", words(r"\b(?P<o>[\w-]+(?:ni|mme)) (?:(?:vain|taas|edelleen|yhtäkkiä) )*(?:ei toimi|ei käynnisty|ei lämpene|on rikki|meni rikki|hajosi|vuotaa|jumittaa|kaatuu|lakkasi toimimasta|pätkii)\b[^\n]*"), 0.8),
        Rule(PROBLEM, "works:{o}", words(r"(?:\b(?:minun|mun|meidän|meiän) (?P<o>(?:[\w-]+ ){0,2}?[\w-]+?)|\b(?P<o2>[\w-]+(?:ni|mme))) (?P<n>toimii|on korjattu)(?: taas| nyt| hyvin)*\s*(?:$|[.!,])"), 0.8),
        Rule(PROBLEM, "works:{o}", words(rf"\b(?:minulla|mulla|meillä|meil) on (?:edelleen |jatkuvasti )?(?:ongelma|ongelmia|vaikeuksia|hankaluuksia) {_O}"), 0.8),
    ),
)  # fmt: skip
