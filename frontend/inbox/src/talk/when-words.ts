// The words for times, a table for each language. Words of one meaning stand together; a star stands for any ending.
import type { Locale } from '../../../shared/words.ts'

export interface TimeWords {
  /** Days from today. */
  days: Record<number, string>
  /** Sunday first. */
  weekdays: string[]
  /** January first. */
  months: string[]
  units: Record<'minute' | 'hour' | 'day' | 'week' | 'month', string>
  numbers: Record<number, string>
  half: string
  /** Hours that parts of the day begin at. */
  parts: Record<number, string>
  next: string
  /** "In three days": before the number, or behind the unit. */
  after: string
  /** What makes a number an hour. */
  at: string
  am: string
  pm: string
  /** Behind an hour: 点. */
  hourMark: string
  /** Behind the day of a month: 日. */
  dayOfMonth: string
  /** What adds nothing. */
  fill: string
}

export const TIME_WORDS: Record<Locale, TimeWords> = {
  en: {
    days: { 0: 'today', 1: 'tomorrow|tmrw|tmr', 2: 'the day after tomorrow|day after tomorrow' },
    weekdays: [
      'sunday|sun',
      'monday|mon',
      'tuesday|tues|tue',
      'wednesday|wed',
      'thursday|thurs|thu',
      'friday|fri',
      'saturday|sat',
    ],
    months: [
      'jan*',
      'feb*',
      'march|mar',
      'apr*',
      'may',
      'june|jun',
      'july|jul',
      'aug*',
      'sep*',
      'oct*',
      'nov*',
      'dec*',
    ],
    units: {
      minute: 'minutes|minute|mins|min',
      hour: 'hours|hour|hrs|hr|h',
      day: 'days|day|d',
      week: 'weeks|week|w',
      month: 'months|month',
    },
    numbers: {
      1: 'one|an|a',
      2: 'two',
      3: 'three',
      4: 'four',
      5: 'five',
      6: 'six',
      7: 'seven',
      8: 'eight',
      9: 'nine',
      10: 'ten',
      11: 'eleven',
      12: 'twelve',
    },
    half: 'half an|half a',
    parts: {
      9: 'in the morning|this morning|morning',
      12: 'noon|midday',
      14: 'in the afternoon|this afternoon|afternoon',
      18: 'in the evening|this evening|tonight|evening',
    },
    next: 'next',
    after: 'in|from now',
    at: 'at|@',
    am: 'am|a.m.',
    pm: 'pm|p.m.',
    hourMark: "o'clock",
    dayOfMonth: 'st|nd|rd|th',
    fill: 'on|the|of|this',
  },
  sv: {
    days: { 0: 'idag|i dag', 1: 'imorgon|i morgon|imorn', 2: 'i övermorgon|iövermorgon|övermorgon' },
    weekdays: [
      'söndag*|sön',
      'måndag*|mån',
      'tisdag*|tis',
      'onsdag*|ons',
      'torsdag*|tors|tor',
      'fredag*|fre',
      'lördag*|lör',
    ],
    months: ['jan*', 'feb*', 'mars|mar', 'apr*', 'maj', 'juni|jun', 'juli|jul', 'aug*', 'sep*', 'okt*', 'nov*', 'dec*'],
    units: {
      minute: 'minuter|minut|min',
      hour: 'timmar|timme|tim|h',
      day: 'dagar|dag|dygn',
      week: 'veckor|vecka|v',
      month: 'månader|månad',
    },
    numbers: {
      1: 'en|ett',
      2: 'två',
      3: 'tre',
      4: 'fyra',
      5: 'fem',
      6: 'sex',
      7: 'sju',
      8: 'åtta',
      9: 'nio',
      10: 'tio',
      11: 'elva',
      12: 'tolv',
    },
    half: 'en halv|halv',
    parts: {
      9: 'i morse|på morgonen|morgon|på förmiddagen|förmiddag',
      12: 'mitt på dagen|lunch',
      14: 'på eftermiddagen|i eftermiddag|eftermiddag',
      18: 'på kvällen|i kväll|ikväll|kväll',
    },
    next: 'nästa|nästkommande',
    after: 'om',
    at: 'klockan|kl.|kl',
    am: 'fm',
    pm: 'em',
    hourMark: '',
    dayOfMonth: ':e|:a',
    fill: 'på|den',
  },
  nb: {
    days: { 0: 'i dag|idag', 1: 'i morgen|imorgen', 2: 'i overmorgen|overmorgen' },
    weekdays: [
      'søndag*|søn',
      'mandag*|man',
      'tirsdag*|tir',
      'onsdag*|ons',
      'torsdag*|tor',
      'fredag*|fre',
      'lørdag*|lør',
    ],
    months: ['jan*', 'feb*', 'mars|mar', 'apr*', 'mai', 'juni|jun', 'juli|jul', 'aug*', 'sep*', 'okt*', 'nov*', 'des*'],
    units: {
      minute: 'minutter|minutt|min',
      hour: 'timer|time|t',
      day: 'dager|dag|døgn',
      week: 'uker|uke',
      month: 'måneder|måned|mnd',
    },
    numbers: {
      1: 'en|ett|ei|et',
      2: 'to',
      3: 'tre',
      4: 'fire',
      5: 'fem',
      6: 'seks',
      7: 'sju|syv',
      8: 'åtte',
      9: 'ni',
      10: 'ti',
      11: 'elleve',
      12: 'tolv',
    },
    half: 'en halv|halv',
    parts: {
      9: 'om morgenen|morgen|om formiddagen|formiddag',
      12: 'midt på dagen|lunsj',
      14: 'om ettermiddagen|i ettermiddag|ettermiddag',
      18: 'om kvelden|i kveld|kveld',
    },
    next: 'neste',
    after: 'om',
    at: 'klokka|klokken|kl.|kl',
    am: 'fm',
    pm: 'em',
    hourMark: '',
    dayOfMonth: '',
    fill: 'på|den',
  },
  fi: {
    days: { 0: 'tänään', 1: 'huomenna|huomen*', 2: 'ylihuomenna|ylihuomen*' },
    weekdays: ['sunnunt*|su', 'maanant*|ma', 'tiist*|ti', 'keskiviik*|ke', 'torst*|to', 'perjant*|pe', 'lauant*|la'],
    months: [
      'tammik*',
      'helmik*',
      'maalisk*',
      'huhtik*',
      'toukok*',
      'kesäk*',
      'heinäk*',
      'elok*',
      'syysk*',
      'lokak*',
      'marrask*',
      'jouluk*',
    ],
    units: {
      minute: 'minuut*|min',
      hour: 'tunti*|tunn*|h',
      day: 'päiv*|pv',
      week: 'viikko*|viiko*|vk',
      month: 'kuukau*|kuu*|kk',
    },
    numbers: {
      1: 'yhden|yksi',
      2: 'kahden|kaksi',
      3: 'kolmen|kolme',
      4: 'neljän|neljä',
      5: 'viiden|viisi',
      6: 'kuuden|kuusi',
      7: 'seitsemän',
      8: 'kahdeksan',
      9: 'yhdeksän',
      10: 'kymmenen',
      11: 'yhdentoista|yksitoista',
      12: 'kahdentoista|kaksitoista',
    },
    half: 'puolen|puoli',
    parts: {
      9: 'aamulla|aamu|aamupäivä*',
      12: 'keskipäivä*|puoliltapäivin',
      14: 'iltapäivä*',
      18: 'illalla|ilta|illan',
    },
    next: 'ensi|seuraava*',
    after: 'päästä|kuluttua|perästä',
    at: 'kello|klo',
    am: 'ap.|ap',
    pm: 'ip.|ip',
    hourMark: '',
    dayOfMonth: '',
    fill: 'nyt',
  },
  'zh-CN': {
    days: { 0: '今天|今日|今', 1: '明天|明日|明', 2: '后天', 3: '大后天' },
    weekdays: ['日|天|末', '一', '二', '三', '四', '五', '六'],
    months: [],
    units: {
      minute: '分钟|分',
      hour: '个小时|小时|个钟头',
      day: '天',
      week: '个星期|个礼拜|周|星期|礼拜',
      month: '个月',
    },
    numbers: { 0: '零', 1: '一', 2: '两|二', 3: '三', 4: '四', 5: '五', 6: '六', 7: '七', 8: '八', 9: '九', 10: '十' },
    half: '半',
    parts: { 9: '早上|上午|早晨', 12: '中午', 14: '下午', 18: '晚上|傍晚|今晚' },
    next: '下',
    after: '之后|以后|后',
    at: '',
    am: '',
    pm: '',
    hourMark: '点钟|点|时',
    dayOfMonth: '日|号',
    fill: '在|的|这|本|个',
  },
}
