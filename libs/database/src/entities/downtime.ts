import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A time in which no instance of a service gave a sign of life; no end while it lasts. */
@Entity('downtimes')
export class Downtime {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('text')
  service!: string;

  @Column('timestamptz', { name: 'began_at' })
  beganAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('timestamptz', { name: 'estimated_at', nullable: true })
  estimatedAt!: Date | null;
}
