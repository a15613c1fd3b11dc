import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Answers of the gateway to one tenant in one hour. */
@Entity('hour_answers')
export class HourAnswer {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('timestamptz')
  hour!: Date;

  @PrimaryColumn('text')
  outcome!: string;

  @Column('bigint')
  answered!: string;
}
