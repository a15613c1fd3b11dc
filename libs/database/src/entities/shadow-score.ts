import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a shadow would have said in place of a stored decision. */
@Entity('shadow_scores')
export class ShadowScore {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text', { name: 'lead_id' })
  leadId!: string;

  @PrimaryColumn('integer')
  version!: number;

  /** Hash. */
  @PrimaryColumn('text')
  model!: string;

  @Column('double precision')
  logit!: number;

  @Column('timestamptz', { name: 'scored_at' })
  scoredAt!: Date;
}
