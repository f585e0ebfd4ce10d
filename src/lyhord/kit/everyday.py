"""Words that stand in every text, whatever it is about: the small words of five languages, and how one greets and thanks."""

_WORDS = """
about after again all also always and another any anybody anyone anything anyway are aren back because been before being both but can
cannot could couldn dear did didn does doesn doing don done down each else even ever every everybody for from get gets getting goes going
good got had hadn has hasn have haven having hello her here hers hey him his how into isn its itself just kind know let like many may maybe
might more most much must myself need never nobody not nothing now off okay once one only other our ours out over own please really regards
said same say says see shall she should some somebody someone something still such tell than thank thanks that the their them then there
these they thing think this those though through till today too under until upon very want wants was wasn way well were weren what when
where which while who whom whose why will with within without won would wouldn yes yet you your yours yourself

aldrig alla allt alltid andra annan annat att bara behöver bland bli blir blivit borde bort bra båda både dem den denna dess dessa det
detta dig din dina dit ditt där därför efter eftersom eller era ert ett fick finns fler flera fram från får fått för före förra genom
gjorde gärna går gör göra hade han har hej hejsan hela heller helt henne hennes hit hon honom hos hur hälsningar här hör ibland icke igen
inga ingen ingenting inget innan inom inte jag kan kommer kunde kunna lika lite långt man med mellan men mer mera mest mig min mina mitt
mot mvh mycket många måste ned nej nog när någon något några och också olika oss redan samma sedan sen sig sin sina sitt själv ska skall
skriver skulle snart snälla som sådan tack till tills tjena tyvärr under upp utan vad var vara varför varit varje vars vart vem vet vid
vidare vilka vilken vilket vill ville vänligen vår våra vårt ännu även över

aldri alle alltid alt andre annen annet bare begge ble bli blir blitt bra deg dem den denne der dere deres derfor dersom det dette din dine
ditt eller enn etter for fordi fra får fått før gjerne gjorde gjør gjøre god hadde han har hei hele heller helt hennes her hilsen hos hun
hva hvem hver hvilke hvilken hvis hvor hvordan hvorfor ikke ikkje ingen ingenting inn innen jeg kan kanskje kom kommer kunne litt man mange
med meg mellom men mer mest min mine mitt mot mye måtte ned nei noe noen nok når også opp oss over samme seg selv sende siden sin sine sitt
skal skulle slik snart som takk til tilbake under uten var ved vennlig vet vil ville vår våre vårt være vært åssen

aina ainakaan ainoa alkaen asti edes ehkä eikä eivät eli emme enkä ennen enää että haluaisin haluan hei heidän heille heitä hetki hyvin
hyvä hän häntä ihan ilman itse joissa joka jokin joku jolloin jonka jopa jos joskus jossa jota jotain jotka jotta juuri kai kaikki kaikkien
kanssa kautta keitä ken kerran kiitos kiitti koko koska kuin kuinka kuitenkaan kuitenkin kuka kumpi kun kyllä kysyä lisäksi luona meidän
meille meillä meiltä meitä mihin miksi mikä mikään milloin millä minkä minua minulla minulle minulta minun minut minä missä mistä miten
mitkä mitä mitään moi moikka molemmat monta muita mulla mulle mun mutta muu muut myös myöskin niiden niin niitä noin nuo nyt näiden näin
nämä ole olemme olen olet olette oli olimme olin olisi olisin olivat olla ollut onkaan onko osaa ovat paljon pitäisi pitää saa saada saako
saan sekä sellainen sen siellä siihen siinä siis siitä sille sillä silti sinun sinä sitten sitä suoraan tai takia teidän teille teillä
teiltä terve terveisin terveisiä toinen tulee tuo tuon tähän tällä tämä tämän tänne tässä tästä tätä täällä vaan vai vaikka vain varten
vielä viime voi voidaan voiko voin voinko voisi voisiko voisitteko voitte voitteko vähän yhä yksi yli ystävällisin
"""
_SIGNS = frozenset("的了是我你您他她它们这那吗呢啊吧呀么和就也都很在")
"""Chinese signs that say nothing, whatever stands beside them."""
_PAIRS = """
可以 可能 现在 已经 但是 因为 所以 如果 还是 一直 一个 一下 一些 没有 不是 不能 不会 不要 请问 你好 谢谢 感谢 什么 怎么 为什 知道
时候 今天 昨天 明天 自己 大家 有没 还没 还有 只有 需要 希望 应该 然后 或者 以及 而且 不过 麻烦 帮忙 请帮 帮助 一样 这样 那样 怎样
多少 几个 有人 没人 非常 真的 到底 究竟 能否 是否 能不
"""
_EVERYDAY = frozenset(_WORDS.split()) | frozenset(_PAIRS.split())


def is_everyday(word: str) -> bool:
    """Whether a word in small letters, or a pair of Chinese signs, says nothing of what a text is about."""
    return word in _EVERYDAY or (len(word) <= 2 and not _SIGNS.isdisjoint(word))
