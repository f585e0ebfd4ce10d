// Who is signed in, and the people, teams and inboxes that screens name.
import { call } from '../../shared/api.ts'
import type { Id, Page } from '../../shared/types.ts'
import type { Agent, Channel, Inbox, Me, Role, Team } from '../../shared/types-company.ts'
import type { Kind } from '../../shared/types-work.ts'
import { clockTime } from '../../shared/times.ts'
import { addTexts, nearestLocale, useLocale, type Locale } from '../../shared/words.ts'
import { useZone } from '../../shared/zone.ts'
import { moreTexts } from './more-texts.ts'
import { steadily } from './steadily.ts'

const itemsOf = <T>(answer: Page<T> | T[]): T[] => (Array.isArray(answer) ? answer : answer.items)

class Session {
  me = $state.raw<Me | null>(null)
  /** False until we know whether somebody is signed in. */
  known = $state(false)
  locale = $state<Locale>('en')
  /** The agent's own time zone; empty for the browser's. */
  zone = $state('')
  /** Pixels that a size of 1rem has: the agent's own text size, upon the browser's. */
  rem = $state(16)
  agents = $state.raw<Agent[]>([])
  teams = $state.raw<Team[]>([])
  /** Read by the pages that name roles. */
  roles = $state.raw<Role[]>([])
  inboxes = $state.raw<Inbox[]>([])
  kinds = $state.raw<Kind[]>([])
  channels = $state.raw<Channel[]>([])
  /** Opened without a network: when this was seen. Null: the server said all of it. */
  seen = $state<number | null>(null)
  /** Whether all of these were read. */
  complete = $state(false)

  private more = false
  private agentsById = $derived(new Map(this.agents.map((agent) => [agent.id, agent])))
  private inboxesById = $derived(new Map(this.inboxes.map((inbox) => [inbox.id, inbox])))
  private channelsByName = $derived(new Map(this.channels.map((channel) => [channel.channel, channel])))

  agent(id: Id | null | undefined): Agent | undefined {
    return id ? this.agentsById.get(id) : undefined
  }
  inbox(id: Id | null | undefined): Inbox | undefined {
    return id ? this.inboxesById.get(id) : undefined
  }
  channel(name: string | null | undefined): Channel | undefined {
    return name ? this.channelsByName.get(name) : undefined
  }
  team(id: Id | null | undefined): Team | undefined {
    return this.teams.find((team) => team.id === id)
  }
  /** Who works here now. */
  get colleagues(): Agent[] {
    return this.agents.filter((agent) => !agent.disabled && !agent.invited)
  }
  /** Those of them who can be given tickets. */
  get workers(): Agent[] {
    return this.colleagues.filter((agent) => agent.works)
  }
  /** Whom a note can mention. */
  get named(): (Agent | Team)[] {
    return [...this.agents.filter((agent) => !agent.disabled), ...this.teams]
  }
  may(power: string): boolean {
    return this.me?.powers.includes(power) ?? false
  }
  /** One of these powers; of none asked for, everybody may. */
  mayAny(powers?: string[]): boolean {
    return !powers || powers.some((power) => this.may(power))
  }

  async take(me: Me): Promise<void> {
    const wanted = nearestLocale([me.agent.locale || me.workspace.settings.locale || 'en'])
    if (wanted !== this.locale) await this.speak(wanted)
    if ((me.time_zone ?? '') !== this.zone) useZone((this.zone = me.time_zone ?? ''))
    const page = document.documentElement
    page.dataset.theme = me.agent.theme === 'system' ? '' : me.agent.theme
    page.dataset.text = me.text_size ?? ''
    this.rem = parseFloat(getComputedStyle(page).fontSize) || 16
    this.me = me
    this.known = true
  }

  async speak(locale: Locale): Promise<void> {
    await useLocale(locale)
    if (this.more) addTexts(await moreTexts(locale))
    document.documentElement.lang = locale
    this.locale = locale
  }

  /** A page that comes later, with the texts that come with it. */
  async later<T>(load: () => Promise<T>): Promise<T> {
    if (!this.more) {
      addTexts(await steadily(() => moreTexts(this.locale)))
      this.more = true
    }
    return steadily(load)
  }

  async load(): Promise<void> {
    const answer = call<Me>('GET', '/me')
    clockTime(0) // the browser's first time costs more than a frame; here everybody waits anyway
    await this.take(await answer)
  }

  async loadAgents(): Promise<void> {
    this.agents = itemsOf(await call<Page<Agent> | Agent[]>('GET', '/agents'))
  }
  async loadRoles(): Promise<void> {
    this.roles = await call<Role[]>('GET', '/roles')
  }
  async loadKinds(): Promise<void> {
    this.kinds = await call<Kind[]>('GET', '/kinds').catch(() => this.kinds)
  }
  async loadTeams(): Promise<void> {
    this.teams = itemsOf(await call<Page<Team> | Team[]>('GET', '/teams'))
  }
  async loadInboxes(): Promise<void> {
    this.inboxes = itemsOf(await call<Page<Inbox> | Inbox[]>('GET', '/inboxes'))
  }
  async loadChannels(): Promise<void> {
    this.channels = itemsOf(await call<Page<Channel> | Channel[]>('GET', '/channels'))
  }
  async loadDirectory(): Promise<void> {
    if (this.may('conversations.read'))
      await Promise.all([
        this.loadAgents(),
        this.loadTeams(),
        this.loadInboxes(),
        this.loadChannels(),
        this.loadKinds(),
      ])
    this.complete = true
  }

  end(): void {
    this.me = null
    this.known = true
  }
}

export const session = new Session()
