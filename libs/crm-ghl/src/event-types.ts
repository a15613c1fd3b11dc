/** Published events that say something about a lead, by the family whose mapper reads them. */
const LEAD_EVENTS = {
  contact: ['ContactCreate', 'ContactUpdate', 'ContactDelete', 'ContactDndUpdate', 'ContactTagUpdate'],
  opportunity: [
    'OpportunityCreate',
    'OpportunityUpdate',
    'OpportunityDelete',
    'OpportunityStageUpdate',
    'OpportunityStatusUpdate',
    'OpportunityAssignedToUpdate',
    'OpportunityMonetaryValueUpdate',
  ],
  message: ['InboundMessage', 'OutboundMessage'],
  conversation: ['ConversationUnreadWebhook'],
  appointment: ['AppointmentCreate', 'AppointmentUpdate', 'AppointmentDelete'],
  note: ['NoteCreate'],
  task: ['TaskCreate', 'TaskComplete', 'TaskDelete'],
  campaign: ['CampaignStatusUpdate'],
  email: ['LCEmailStats'],
  invoice: ['InvoiceSent', 'InvoicePaid', 'InvoicePartiallyPaid'],
  order: ['OrderCreate', 'OrderStatusUpdate'],
} as const;

/**
 * Published events that are kept under their name and change no lead. Among them: edits of notes (the note itself has
 * been counted), drafts and voids of invoices, and two that repeat a message which arrives as InboundMessage or
 * OutboundMessage anyway (ProviderOutboundMessage, VoiceAiCallEnd).
 */
const NAMED_EVENTS = {
  app: ['AppInstall', 'AppUninstall', 'AppUpdate', 'PlanChange', 'AppPaymentStatus', 'ExternalAuthConnected'],
  support: ['SupportTicketCreate', 'SupportTicketUpdate', 'SupportTicketDelete'],
  conversation: ['ConversationUpdate', 'ProviderOutboundMessage', 'VoiceAiCallEnd'],
  note: ['NoteUpdate', 'NoteDelete'],
  location: ['LocationCreate', 'LocationUpdate'],
  user: ['UserCreate', 'UserUpdate', 'UserDelete'],
  invoice: ['InvoiceCreate', 'InvoiceUpdate', 'InvoiceVoid', 'InvoiceDelete'],
  product: ['ProductCreate', 'ProductUpdate', 'ProductDelete'],
  price: ['PriceCreate', 'PriceUpdate', 'PriceDelete'],
  plan: ['SaaSPlanCreate'],
  objectSchema: ['ObjectSchemaCreate', 'ObjectSchemaUpdate'],
  record: ['RecordCreate', 'RecordUpdate', 'RecordDelete'],
  association: ['AssociationCreate', 'AssociationUpdate', 'AssociationDelete'],
  relation: ['RelationCreate', 'RelationDelete'],
  knowledgeBase: [
    'KnowledgeBaseCreate',
    'KnowledgeBaseUpdate',
    'KnowledgeBaseDelete',
    'KnowledgeBaseFileChange',
    'KnowledgeBaseFaqChange',
    'KnowledgeBaseRichTextChange',
    'KnowledgeBaseTableFileChange',
    'KnowledgeBaseTrainedUrlChange',
  ],
} as const;

/** Where the body's `type` differs from the published name. */
const WIRE_NAMES: Readonly<Record<string, string>> = {
  AppInstall: 'INSTALL',
  AppUninstall: 'UNINSTALL',
  AppUpdate: 'UPDATE',
  PlanChange: 'PLAN_CHANGE',
  AppPaymentStatus: 'APP_PAYMENT_STATUS',
  ExternalAuthConnected: 'EXTERNAL_AUTH_CONNECTED',
  ConversationUnreadWebhook: 'ConversationUnreadUpdate',
  SaaSPlanCreate: 'SaasPlanCreate',
};

export type LeadFamily = keyof typeof LEAD_EVENTS;
export type EventName =
  | (typeof LEAD_EVENTS)[LeadFamily][number]
  | (typeof NAMED_EVENTS)[keyof typeof NAMED_EVENTS][number];

interface Published<Becomes, Family> {
  /** As in GHL's documents. */
  readonly name: EventName;
  /** As in the body's `type`. */
  readonly wire: string;
  readonly family: Family;
  /** `lead`: becomes lead events when the body names a lead. `named`: kept, changes no lead. */
  readonly becomes: Becomes;
}
export type EventType = Published<'lead', LeadFamily> | Published<'named', keyof typeof NAMED_EVENTS>;

/** All 77 events that GHL publishes. */
export const EVENT_TYPES: readonly EventType[] = [...rows('lead', LEAD_EVENTS), ...rows('named', NAMED_EVENTS)];

const byName = new Map<string, EventType>(
  EVENT_TYPES.flatMap(
    (row) =>
      [
        [row.name, row],
        [row.wire, row],
      ] as const,
  ),
);

/** The row of a published name or of a wire name. */
export function eventTypeOf(name: string): EventType | undefined {
  return byName.get(name);
}

function rows<Becomes extends string, Family extends string>(
  becomes: Becomes,
  families: Readonly<Record<Family, readonly EventName[]>>,
): Published<Becomes, Family>[] {
  return (Object.keys(families) as Family[]).flatMap((family) =>
    families[family].map((name) => ({ name, wire: WIRE_NAMES[name] ?? name, family, becomes })),
  );
}
