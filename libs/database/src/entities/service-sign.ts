import { Column, Entity, PrimaryColumn } from 'typeorm';

/** First and last sign of life of a service. */
@Entity('service_signs')
export class ServiceSign {
  @PrimaryColumn('text')
  service!: string;

  @Column('timestamptz', { name: 'first_at' })
  firstAt!: Date;

  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;
}
