"""The time zone of a phone number, where its country has but one (ITU-T E.164 and the IANA time zone database). Pure."""

_ZONES = {
    "46": "Europe/Stockholm",
    "47": "Europe/Oslo",
    "45": "Europe/Copenhagen",
    "358": "Europe/Helsinki",
    "354": "Atlantic/Reykjavik",
    "372": "Europe/Tallinn",
    "371": "Europe/Riga",
    "370": "Europe/Vilnius",
    "48": "Europe/Warsaw",
    "49": "Europe/Berlin",
    "43": "Europe/Vienna",
    "41": "Europe/Zurich",
    "44": "Europe/London",
    "353": "Europe/Dublin",
    "31": "Europe/Amsterdam",
    "32": "Europe/Brussels",
    "33": "Europe/Paris",
    "39": "Europe/Rome",
    "30": "Europe/Athens",
    "36": "Europe/Budapest",
    "40": "Europe/Bucharest",
    "420": "Europe/Prague",
    "421": "Europe/Bratislava",
    "90": "Europe/Istanbul",
    "86": "Asia/Shanghai",
    "852": "Asia/Hong_Kong",
    "886": "Asia/Taipei",
    "81": "Asia/Tokyo",
    "82": "Asia/Seoul",
    "65": "Asia/Singapore",
    "66": "Asia/Bangkok",
    "84": "Asia/Ho_Chi_Minh",
    "91": "Asia/Kolkata",
    "92": "Asia/Karachi",
    "971": "Asia/Dubai",
    "972": "Asia/Jerusalem",
    "20": "Africa/Cairo",
    "27": "Africa/Johannesburg",
    "234": "Africa/Lagos",
    "254": "Africa/Nairobi",
}
"""By calling code. Countries with several zones (North America, Russia, Australia, Spain and others) are left out: they tell nothing."""


def zone_of_number(number: str) -> str | None:
    """The zone of a number as +46701234567; None where it isn't known. No code is the beginning of another one."""
    return next((_ZONES[number[1:end]] for end in (2, 3, 4) if number[:1] == "+" and number[1:end] in _ZONES), None)
