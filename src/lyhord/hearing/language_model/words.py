"""Words by which sentences of a language model are proved, in five languages: numbers, pledges, and those that say nothing alone."""

import re
from collections.abc import Mapping

_IN_ORDER = (
    ("two", "both", "två", "bägge", "to", "begge", "kaksi", "molemmat"),
    ("three", "tre", "kolme"),
    ("four", "fyra", "fire", "neljä"),
    ("five", "fem", "viisi"),
    ("six", "sex", "seks", "kuusi"),
    ("seven", "sju", "syv", "seitsemän"),
    ("eight", "åtta", "åtte", "kahdeksan"),
    ("nine", "nio", "ni", "yhdeksän"),
    ("ten", "tio", "ti", "kymmenen"),
    ("eleven", "elva", "elleve", "yksitoista"),
    ("twelve", "tolv", "kaksitoista"),
)
_AMBIGUOUS = frozenset({"to", "ni", "both", "bägge", "begge", "molemmat"})
"""They are other words as well, or count nothing."""
_TENS: Mapping[str, str] = {
    "fourteen": "14", "fjorton": "14", "fjorten": "14", "neljätoista": "14", "fifteen": "15", "femton": "15", "femten": "15",
    "twenty": "20", "tjugo": "20", "tjue": "20", "kaksikymmentä": "20", "thirty": "30", "trettio": "30", "tretti": "30",
    "forty": "40", "fifty": "50", "femtio": "50", "femti": "50", "hundred": "100", "hundra": "100", "hundre": "100", "sata": "100",
    "thousand": "1000", "tusen": "1000", "tuhat": "1000", "million": "1000000", "miljon": "1000000", "miljoona": "1000000",
}  # fmt: skip
NUMBERS: Mapping[str, str] = {
    **{word: str(at) for at, words in enumerate(_IN_ORDER, 2) for word in words if word not in _AMBIGUOUS},
    **_TENS,
}
"""What words count; one is an article, and counts nothing."""

_PLEDGES = (
    r"refund|reimburs|money back|repay|återbetal|pengar(?:na)? tillbaka|tilbakebetal|pengene tilbake|hyvit|raha\w* takaisin|退款|退钱|退费",
    r"compensat|damages|goodwill|kompens|ersätt|skadestånd|erstatning|erstatte|korvau|korvaa|korvata|赔偿|补偿",
    r"discount|rabat|reduc|rabatt|alennu|折扣|优惠|打折",
    r"voucher|gift card|coupon|store credit|presentkort|gavekort|tilgodelapp|värdekod|lahjakort|alekoodi|代金券|礼品卡|优惠券",
    r"free of charge|for free|\bfree\b|no charge|without charge|gratis|kostnadsfri|utan kostnad|uten kostnad|ilmai|maksuton|maksutta|免费",
    r"guarant|warrant|garant|takuu|takaa|保证|保修|质保",
    r"replac|byta ut|byter ut|ersättningsprodukt|bytte ut|bytter ut|vaihda|vaihdamme|vaihto|uusi tilalle|更换|换货|换新",
    r"waive|cancel|annul|avbok|avbeställ|efterskänk|kanseller|avbestill|peru|mitätö|取消|免除",
    r"liab|at fault|our fault|ansvarig|vårt fel|vår feil|ansvarlig|vastuu|vikamme|责任|过错",
    r"apolog|ursäkt|beklag|unnskyld|pahoittel|anteeksi|道歉|抱歉|对不起",
)
PLEDGES = tuple(re.compile(rf"(?<![^\W\d_])(?:{one})|(?:{one})(?<=[\u3400-\u9fff])", re.IGNORECASE) for one in _PLEDGES)
"""What a company would have to keep, each in all languages."""

_FRAME = (
    "about after again also already and any are asked asking asks been before but can could customer did does doing during each for "
    "from get gets had has have having her his how i if informed into is it its needs not now of on only or other our out reports "
    "said say says sent she should since so still tell tells than that the their them then there these they this those to told "
    "until wants wanted was we were what when where whether which while who why wishes will with would write writes wrote yet you "
    "your promised promise says stated confirmed customers solved "
    "att av bad ber blev de dem den det detta du efter eller en ett finns frågade frågar från för förklarade få får ha hade han har "
    "hon hur här i inte kan kommer kunde kunden kundens lovade med men när och om oss på redan ska skulle skrev skriver som säger sa "
    "till undrar utan var vart vi vid vill ville är även önskar berättade bekräftade löste sedan "
    "at ba ble dei dere deres ei er et etter fikk forklarte fra få han hun hvis hvor hvordan hvorfor ikke kom kommer lovet lurer med "
    "mens når og også om oss på sa seg si sier ser skal skulle som spør spurte til ut uten var ved vi ville vår være ønsker skrev "
    "bekreftet løste siden "
    "asiakas asiakkaan asiakkaalle ei eivät ennen ettei että halusi haluaa hän häneltä ja joka jos jotka kanssa kertoi kirjoitti koska "
    "kun kuinka kysyi kysyy lupasi lupasimme me meidän mikä milloin missä miten mitä mukaan mutta myös nyt olemme oli olla olivat on "
    "onko ovat pyysi pyytää sanoi se sekä sen siitä tai tämä vahvisti vielä ratkaisi ratkaisimme"
)
FRAME = frozenset(_FRAME.split())
"""What sentences about anything are made of."""
