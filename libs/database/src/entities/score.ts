import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One decision, with all that is needed to explain and repeat it. */
@Entity('scores')
export class Score {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text', { name: 'lead_id' })
  leadId!: string;

  @PrimaryColumn('integer')
  version!: number;

  @PrimaryColumn('timestamptz', { name: 'scored_at' })
  scoredAt!: Date;

  @Column('text', { name: 'event_ids', array: true })
  eventIds!: string[];

  @Column('text')
  band!: string;

  @Column('double precision', { array: true })
  features!: number[];

  @Column('text', { name: 'conversion_model' })
  conversionModel!: string;

  @Column('double precision', { name: 'conversion_logit' })
  conversionLogit!: number;

  @Column('double precision', { name: 'conversion_contributions', array: true })
  conversionContributions!: number[];

  @Column('text', { name: 'going_cold_model' })
  goingColdModel!: string;

  @Column('double precision', { name: 'going_cold_logit' })
  goingColdLogit!: number;

  @Column('double precision', { name: 'going_cold_contributions', array: true })
  goingColdContributions!: number[];

  /** Null: no model was in the third slot. */
  @Column('text', { name: 'match_model', nullable: true })
  matchModel!: string | null;

  @Column('double precision', { name: 'match_logit', nullable: true })
  matchLogit!: number | null;

  @Column('double precision', { name: 'match_contributions', array: true, nullable: true })
  matchContributions!: number[] | null;
}
