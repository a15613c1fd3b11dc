import type { LeadEventType } from '@hub/contracts';
import { z } from 'zod';
import { part, text, time, word } from '../fields.ts';
import { type Envelope, happening, type Happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({
  appointment: part(
    z.object({
      id: text,
      contactId: text,
      appointmentStatus: word,
      source: word,
      startTime: time,
      dateAdded: time,
      dateUpdated: time,
    }),
  ),
});
type Appointment = z.infer<typeof fields>['appointment'];

const SETTLED: ReadonlyMap<string | null, LeadEventType> = new Map([
  ['cancelled', 'appointment.cancelled'],
  ['canceled', 'appointment.cancelled'],
  ['invalid', 'appointment.cancelled'],
  ['showed', 'appointment.kept'],
  ['completed', 'appointment.kept'],
  ['noshow', 'appointment.missed'],
]);

/** The value is the appointment's start in epoch ms. */
export const mapAppointment: Mapper = (payload, envelope): Mapped | null => {
  const { appointment } = fields.parse(payload);
  if (appointment.contactId === null) return null;
  const type = typeOf(appointment, envelope);
  const event = happening(type, atOf(appointment, envelope), actorOf(type, appointment), {
    stage: appointment.appointmentStatus,
    value: appointment.startTime,
    subjectId: appointment.id,
  });
  return { leadId: appointment.contactId, events: [event] };
};

/** The status decides: GHL's own examples send updates under the name of AppointmentCreate. */
function typeOf({ appointmentStatus }: Appointment, { name }: Envelope): LeadEventType {
  if (name === 'AppointmentDelete') return 'appointment.cancelled';
  const open = name === 'AppointmentCreate' ? 'appointment.booked' : 'appointment.changed';
  return SETTLED.get(appointmentStatus) ?? open;
}

function atOf({ dateAdded, dateUpdated }: Appointment, { name, firstOf, sentAtMs }: Envelope): number {
  if (name === 'AppointmentDelete') return sentAtMs;
  return name === 'AppointmentCreate' ? firstOf(dateUpdated, dateAdded) : firstOf(dateUpdated);
}

/** A lead books in the booking widget, and keeps or misses; the rest is office work. */
function actorOf(type: LeadEventType, { source }: Appointment): Happening['actor'] {
  if (type === 'appointment.kept' || type === 'appointment.missed') return 'lead';
  if (type !== 'appointment.booked') return 'system';
  if (source === 'booking_widget') return 'lead';
  return source === 'workflow' || source === 'api' ? 'system' : 'agent';
}
