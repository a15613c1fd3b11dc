import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Someone who may sign in. */
@Entity('users')
export class User {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  @Column('boolean', { name: 'all_tenants' })
  allTenants!: boolean;

  @Column('text', { name: 'tenant_ids', array: true })
  tenantIds!: string[];
}
