"""What may stand in somebody's way on a page that axe-core has nothing against: words that are cut where they are larger or wider,
a focus that isn't seen, shapes that vanish where the system chooses the colours, and motion that was asked not to be."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browsers import violations
from tests.journeys.desk import WIDE
from tests.journeys.tour import PHONE, Stop, settle, shot

TWICE = {"width": WIDE["width"] // 2, "height": WIDE["height"] // 2}
"""What is left of a usual window at 200 %."""
NARROW = {"width": 320, "height": 640}
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""
MOST_STOPS = 150
"""Elements at most that a page has for the Tab key, so that a test ends."""

CUT = r"""() => {
  const wide = document.documentElement.clientWidth
  const found = []
  if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth} wide`)
  const chat = [...document.body.children].find((node) => node.shadowRoot)?.shadowRoot
  const top = chat ?? [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body
  for (const node of top.querySelectorAll('*')) {
    const scrolls = /auto|scroll/.test(getComputedStyle(node).overflowX) && node.scrollWidth > node.clientWidth + 1
    const may = 'nav, pre, code, .bar, .tabs, [role=tablist], input, textarea, :has(> table)'
    if (scrolls && node.clientWidth && !node.matches(may))
      found.push(`goes sideways: ${node.tagName} ${node.className}`)
  }
  const texts = document.createTreeWalker(top, NodeFilter.SHOW_TEXT)
  const say = (how, node) => {
    const { className, tagName } = node.parentElement
    found.push(`${how}: “${node.data.trim().slice(0, 40)}” in ${tagName} ${className}`)
  }
  while (texts.nextNode()) {
    const node = texts.currentNode
    const holder = node.parentElement
    if (!node.data.trim() || holder.closest('.sr, .skip, option, script, style, [inert], svg')) continue
    if (!holder.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    if (!box.width || !box.height) continue
    let x = true, y = true
    for (let up = holder; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up)
      const edge = up.getBoundingClientRect()
      const out = box.right > edge.right + 2 || box.left < edge.left - 2
      if (x && out && style.textOverflow !== 'ellipsis' && up.matches('button, .button, .pill, a.ticket')) {
        say('runs out of its button', node)
        break
      }
      if (style.clipPath !== 'none') x = false // said to those who listen
      if (style.webkitLineClamp !== 'none' || style.clipPath !== 'none') break
      if (/auto|scroll/.test(style.overflowX)) x = false
      if (/auto|scroll/.test(style.overflowY)) y = false
      if (x && /hidden|clip/.test(style.overflowX)) {
        if (style.textOverflow === 'ellipsis') x = false
        else if (out) { say('cut at its side', node); break }
      }
      if (y && /hidden|clip/.test(style.overflowY) && (box.bottom > edge.bottom + 3 || box.top < edge.top - 3)) {
        say('cut above or below', node)
        break
      }
      if (style.position === 'fixed') break
    }
    if (x && (box.right > wide + 1 || box.left < -1) && !holder.closest('.places')) say('out of the screen', node)
  }
  return [...new Set(found)]
}"""
"""Words of which a part can't be reached, in the chat where there is one. What is shortened with … is whole elsewhere."""

FOCUS = r"""() => {
  const at = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement
  if (!at || at === document.body) return null
  const root = at.getRootNode()
  const name = `${at.tagName.toLowerCase()}.${at.className} “${(at.ariaLabel || at.textContent || at.name || '').trim().slice(0, 40)}”`
  if (at.tagName === 'IFRAME') return { name, wrong: [], again: false }
  const style = getComputedStyle(at)
  const drawn = style.opacity === '0' || at.offsetWidth <= 1 ? (at.closest('label') ?? at.parentElement) : at
  const box = drawn.getBoundingClientRect()
  const wrong = []
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)]
  const [above, below] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)]
  if (left >= right || above >= below) wrong.push('is out of sight')
  else {
    const points = []
    for (const one of [0.5, 0.1, 0.9]) for (const other of [0.5, 0.15, 0.85])
      points.push([left + (right - left) * one, above + (below - above) * other])
    const free = points.filter(([x, y]) => drawn.contains(root.elementFromPoint(x, y)))
    if (!free.length) wrong.push(`is covered by ${root.elementFromPoint(...points[0])?.outerHTML.slice(0, 80)}`)
  }
  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const light = (colour) => {
    const [r, g, b] = numbers(colour).map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ground = (node) => {
    for (let up = node; up; up = up.parentElement) {
      const colour = getComputedStyle(up).backgroundColor
      if ((numbers(colour)[3] ?? 1) > 0.5) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const around = at.matches('input, textarea, select, [contenteditable]') ? [at.parentElement, at.closest('label'), at.closest('form')] : []
  const chosen = root.getElementById(at.getAttribute('aria-activedescendant') ?? '')
  const ring = [drawn, at, at.nextElementSibling, chosen, ...around]
    .filter(Boolean)
    .map((node) => ({ node, style: getComputedStyle(node) }))
    .find(({ style }) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1)
  if (!ring) wrong.push('has no ring')
  else if (ring.style.outlineStyle !== 'auto') {
    const behind = ground(parseFloat(ring.style.outlineOffset) < 0 ? ring.node : ring.node.parentElement)
    const [a, b] = [light(ring.style.outlineColor), light(behind)].sort((one, other) => other - one)
    if ((a + 0.05) / (b + 0.05) < 3) wrong.push(`has a ring of ${ring.style.outlineColor} on ${behind}`)
  }
  at.dataset.walked = String(1 + Number(at.dataset.walked ?? 0))
  return { name, wrong, again: at.dataset.walked > 1 }
}"""
"""The element with the focus, what is wrong with how it is seen, and whether it had the focus before."""

SHAPES = r"""() => {
  for (const node of document.querySelectorAll('body *')) {
    const { width, height } = node.getBoundingClientRect()
    const bare = !node.childElementCount && !node.textContent.trim() && !node.matches('input, textarea, select, img, iframe, svg *, hr')
    const style = getComputedStyle(node)
    const drawn = style.backgroundColor !== 'rgba(0, 0, 0, 0)' && node.checkVisibility({ visibilityProperty: true })
    if (bare && drawn && width && width < 400 && height < 60 && !node.closest('[aria-hidden=true] .bone, .bones')) node.dataset.shape = ''
  }
}"""
"""Remember what is nothing but a coloured shape."""

VANISHED = r"""() => {
  const ground = (node) => {
    for (let up = node; up; up = up.parentElement) {
      const colour = getComputedStyle(up).backgroundColor
      if (colour !== 'rgba(0, 0, 0, 0)') return colour
    }
  }
  const shapes = [...document.querySelectorAll('[data-shape]')].filter((node) => {
    const style = getComputedStyle(node)
    const line = (side) => style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) > 0
    const bordered = ['Top', 'Bottom', 'Left'].some(line)
    return !bordered && style.outlineStyle === 'none' && ground(node) === ground(node.parentElement)
  })
  const icons = [...document.querySelectorAll('.icon svg')].filter((node) => {
    if (!node.checkVisibility({ visibilityProperty: true })) return false
    const style = getComputedStyle(node)
    return (style.stroke === 'none' ? style.fill : style.stroke) === ground(node)
  })
  return [...shapes, ...icons].map((node) => `vanishes: ${node.outerHTML.slice(0, 100)} in ${node.parentElement.className}`)
}"""
"""Shapes and icons that can't be told from what is behind them."""

MOVING = r"""() => {
  const roots = [document, ...[...document.body.children].map((node) => node.shadowRoot).filter(Boolean)]
  const seconds = (times) => Math.max(...times.split(',').map((one) => parseFloat(one) * (one.includes('ms') ? 0.001 : 1)))
  const moves = (style) =>
    (style.animationName !== 'none' && seconds(style.animationDuration) > 0.01) ||
    seconds(style.transitionDuration) > 0.01 || style.scrollBehavior === 'smooth'
  return roots.flatMap((root) => [...root.querySelectorAll('*')]).flatMap((node) =>
    ['', '::before', '::after']
      .filter((part) => moves(getComputedStyle(node, part || undefined)))
      .map((part) => `moves: ${node.tagName} ${node.className}${part}`))
}"""
"""What moves although the system asks for less."""


def visit(page: Page, base: str, stop: Stop) -> None:
    """Open a page in a window that is high enough for all of a list, and see it in a usual one."""
    page.set_viewport_size({"width": WIDE["width"], "height": 4_000})
    page.goto("about:blank")
    page.goto(base + stop.path)
    expect(page.get_by_text(stop.sign).first).to_be_visible()
    if stop.act:
        stop.act(page)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    settle(page)


def cut_words(page: Page, stop: Stop) -> list[str]:
    """Words that are cut at 200 %, in 320 pixels, and with the widest spacing (WCAG 1.4.4, 1.4.10, 1.4.12)."""
    found: dict[str, list[str]] = {}
    for name, size in (("200 %", TWICE), ("320 px", NARROW)):
        found[name] = _cut_at(page, size)
        page.screenshot(path=shot(stop.name, name.replace(" ", "")))
    space(page)
    found["spaced"], found["spaced, phone"] = _cut_at(page, WIDE), _cut_at(page, PHONE)
    page.screenshot(path=shot(stop.name, "spaced"))
    return _lines(found)


def cut_large(page: Page, stop: Stop) -> list[str]:
    """Words that are cut where letters are large."""
    found = {"large": _cut_at(page, WIDE)}
    page.screenshot(path=shot(stop.name, "large"))
    found["large, 320 px"] = _cut_at(page, NARROW)
    return _lines(found)


def unseen(page: Page, stop: Stop) -> list[str]:
    """What can't be seen or hit: the focus on its way by Tab, targets under 24 pixels, shapes in the system's own colours, motion."""
    found = {
        "small": violations(page, ["target-size"]),
        "motion": page.evaluate(MOVING),
        "forced": _vanished(page, stop),
        "focus": walk(page),
    }
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    settle(page)
    found["focus, phone"] = walk(page)
    return _lines(found)


def space(page: Page) -> None:
    """Set all words as wide as whoever needs that sets them (WCAG 1.4.12)."""
    page.evaluate(
        """style => {
          const sheet = new CSSStyleSheet()
          sheet.replaceSync(style)
          for (const root of [document, ...[...document.body.children].map((node) => node.shadowRoot).filter(Boolean)])
            root.adoptedStyleSheets.push(sheet)
        }""",
        SPACED,
    )


def cut(page: Page) -> list[str]:
    """Words of which a part can't be reached, as the page stands."""
    found: list[str] = page.evaluate(CUT)
    return found


def _cut_at(page: Page, size: Any) -> list[str]:
    page.set_viewport_size(size)
    settle(page)
    return cut(page)


def _vanished(page: Page, stop: Stop) -> list[str]:
    page.evaluate(SHAPES)
    page.emulate_media(forced_colors="active")
    settle(page)
    found: list[str] = page.evaluate(VANISHED)
    page.screenshot(path=shot(stop.name, "forced"))
    page.emulate_media(forced_colors="none")
    return found


def walk(page: Page) -> list[str]:
    """Go through the page by Tab from where the focus is, once round: what is wrong on the way."""
    page.evaluate("document.querySelectorAll('[data-walked]').forEach((node) => node.removeAttribute('data-walked'))")
    wrong: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if here is None:
            continue
        if here["again"]:
            break
        wrong += [f"{here['name']} {one}" for one in here["wrong"]]
    return wrong


def _lines(found: dict[str, list[str]]) -> list[str]:
    return [f"{where}: {one}" for where, some in found.items() for one in some]
