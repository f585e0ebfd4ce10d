// Rows for tests: complete, and different only in what a test names.
import type { ConversationView, Frame, Message, TicketRow } from '../../shared/types.ts'
import type { Me } from '../../shared/types-company.ts'

export function ticket(more: Partial<TicketRow> = {}): TicketRow {
  return {
    id: 't1',
    conversation_id: 'c1',
    contact_id: 'p1',
    kind: 'question',
    status: 'open',
    owner_agent_id: null,
    owner_team_id: null,
    title: 'Maija Virtanen',
    preview: 'Hei',
    preview_by: 'in',
    place: null,
    subject: null,
    channel: 'mail',
    inbox_id: 'i1',
    last_message_id: 'm1',
    last_inbound_id: 'm1',
    waiting_since: null,
    last_activity_at: 1,
    snoozed_until: null,
    opened_at: 1,
    resolved_at: null,
    spam_at: null,
    due_at: null,
    risk_at: null,
    tags: [],
    read_id: null,
    ...more,
  }
}

export function message(more: Partial<Message> = {}): Message {
  return {
    id: 'm1',
    conversation_id: 'c1',
    direction: 'in',
    inbox_id: 'i1',
    channel: 'mail',
    scheme: 'email',
    value: 'maija@example.fi',
    agent_id: null,
    text: 'Hei',
    html: false,
    quoted: '',
    subject: null,
    attachments: [],
    recipients: [],
    copies: [],
    mentions: [],
    flags: [],
    answers: null,
    claimed_at: null,
    removed_at: null,
    at: 1,
    delivery: null,
    ...more,
  }
}

export function view(more: Partial<ConversationView> = {}): ConversationView {
  return {
    conversation: {
      id: 'c1',
      kind: 'direct',
      contact_id: 'p1',
      title: '',
      inbox_id: 'i1',
      scheme: 'email',
      value: 'maija@example.fi',
      last_message_id: 'm1',
      last_inbound_id: 'm1',
      last_inbound_at: 1,
      contact_read_id: null,
      responder: 'queue',
      language: null,
      parent_id: null,
      about_id: null,
      closed_at: null,
    },
    contact: null,
    participants: [],
    participant_count: 0,
    changes: [],
    tickets: [],
    draft: null,
    read_id: null,
    abilities: [],
    ways_out: [],
    scheduled: [],
    shared_drafts: [],
    watcher_ids: [],
    sides: [],
    ...more,
  }
}

export function frame(more: Partial<Frame> = {}): Frame {
  return {
    seq: 1,
    kind: 'ticket.changed',
    at: 1,
    actor: 'agent:me',
    conversation_id: 'c1',
    inbox_id: 'i1',
    facts: {},
    ...more,
  }
}

export function me(): Me {
  return {
    agent: {
      id: 'me',
      email: 'me@example.com',
      name: 'Me',
      role: 'agent',
      locale: 'en',
      theme: 'system',
      invited: false,
      disabled: false,
      protected: false,
      shown_name: '',
      away_until: null,
      away_from: null,
      away_note: '',
      photo: null,
      team_ids: [],
    },
    workspace: {
      id: 'w1',
      name: 'Work',
      ready_at: 1,
      demo: false,
      settings: {
        locale: 'en',
        time_zone: 'UTC',
        reopen_seconds: 0,
        undo_seconds: 10,
        read_marks_out: true,
        read_marks_in: true,
        typing_out: true,
        typing_in: true,
        restricted_reach: false,
        owner_answers: false,
        reply_promise_minutes: null,
        two_factor_from: null,
        hours: [],
        holidays: [],
        holiday_countries: [],
        base_address: '',
      },
    },
    powers: [],
    team_ids: [],
    inbox_ids: null,
    version: '0',
    stream: { epoch: 1, seq: 0 },
  }
}
