import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A day's ids: one day is open and takes new ones, those before are sealed. */
@Entity('event_id_days')
export class EventIdDay {
  @PrimaryColumn('date')
  day!: string;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'sealed_at', nullable: true })
  sealedAt!: Date | null;
}
