import { describe, expect, it } from '@jest/globals';
import { FEATURES } from '../features/table.ts';
import { assertAllowed, barredAmong } from './barred.ts';

describe('barredAmong', () => {
  it('lets every feature in', () => {
    expect(barredAmong(FEATURES)).toEqual([]);
  });

  it.each([
    ['leadSurname', 'name'],
    ['first_name_initial', 'name'],
    ['emailDomain', 'contact'],
    ['phone-prefix', 'contact'],
    ['zip_code', 'place'],
    ['homeCity', 'place'],
    ['lat', 'place'],
    ['schooldistrictrank', 'place'],
    ['browserLanguage', 'language'],
    ['spanishSpeaking', 'language'],
    ['numKids', 'family'],
    ['isMarried', 'family'],
    ['gender', 'sex'],
    ['nationality', 'origin'],
    ['ethnicityGuess', 'origin'],
    ['religion', 'religion'],
    ['usesWheelchair', 'disability'],
    ['leadAge', 'age'],
    ['yearOfBirth', 'age'],
    ['housingVoucher', 'standing'],
  ])('refuses %s, which speaks of %s', (name, ground) => {
    expect(barredAmong([{ name }])).toEqual([{ name, why: expect.stringContaining(`speaks of ${ground}: `) }]);
  });

  it('refuses an allowed name whose definition speaks of what is barred', () => {
    const [barred] = barredAmong([{ name: 'handOffs', definition: 'Length of the lead’s family name, in letters' }]);
    expect(barred?.why).toBe('speaks of name: name; speaks of family: family');
  });

  it('refuses what is in no word barred but on no list either', () => {
    expect(barredAmong([{ name: 'luck', definition: 'Whatever brings it' }])).toEqual([
      { name: 'luck', why: 'not on the allow list' },
    ]);
    expect(barredAmong([{ name: 'toString' }])).toEqual([{ name: 'toString', why: 'not on the allow list' }]);
  });

  it('knows the age of a record from that of a person by its exact name only', () => {
    expect(barredAmong([{ name: 'ageDays' }])).toEqual([]);
    expect(barredAmong([{ name: 'ageYears' }])).toHaveLength(1);
  });

  it('names all that may not enter when it is asserted that all may', () => {
    expect(() => assertAllowed(FEATURES)).not.toThrow();
    expect(() => assertAllowed([...FEATURES, { name: 'homeCity' }, { name: 'luck' }])).toThrow(
      /homeCity \(speaks of place: city; not on the allow list\), luck/,
    );
  });
});
