import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A sender of webhooks, as configured; of tenant `_` the platform's own. */
@Entity('sources')
export class Source {
  @PrimaryColumn('text', { name: 'source_id' })
  sourceId!: string;

  @Column('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  kind!: string;

  @Column('text')
  name!: string;

  @Column('text')
  state!: string;

  @Column('jsonb')
  options!: object;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
