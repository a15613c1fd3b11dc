/**
 * What no input of a score may be about, by ground: those of the Fair Housing Act (race, colour, religion, sex, family,
 * disability, national origin), those that many states add, and what stands in for them: names, places, contact data,
 * language. Singular, lower case; the plural counts too.
 */
export const BARRED_WORDS: Readonly<Record<string, readonly string[]>> = {
  name: words(`name firstname lastname fullname middlename surname forename nickname username initial salutation
    honorific mr mrs ms miss`),
  contact: words(`address phone telephone areacode dialcode mailbox maildomain emaildomain emailaddress domain ip
    ipaddress avatar photo picture profile`),
  place: words(`street house housenumber apartment city town village suburb borough district neighborhood neighbourhood
    county country region province zip zipcode postcode postalcode postal parish tract census block latitude longitude
    lat lng lon coordinate geo geohash geolocation location hometown birthplace school schooldistrict distance nearby
    timezone utcoffset map`),
  language: words(`language lang locale dialect accent bilingual translator translation interpreter english spanish
    chinese mandarin cantonese arabic french german portuguese russian hindi korean japanese vietnamese tagalog creole`),
  family: words(`family familial household marital marriage married single unmarried divorced divorce widow widowed
    widower spouse husband wife fiance partner child children kid baby infant newborn toddler teen teenager son daughter
    parent mother mom father dad pregnant pregnancy maternity nursery custody grandparent`),
  sex: words(`sex gender male female man men woman women pronoun nonbinary transgender lgbt gay lesbian orientation`),
  origin: words(`race racial ethnic ethnicity origin nationality national ancestry ancestor heritage tribe native
    immigrant immigration refugee migrant citizen citizenship visa passport foreign foreigner color colour skin hispanic
    latino latina latinx asian african caucasian`),
  religion: words(`religion religious faith church mosque temple synagogue parish christian catholic protestant muslim
    islam islamic jewish hindu buddhist sikh kosher halal ramadan christmas`),
  disability:
    words(`disability disabled handicap handicapped wheelchair impairment impaired blind deaf diagnosis medical
    medication illness mental hiv caregiver`),
  age: words(
    `age agegroup birth birthday birthdate birthyear dob born elderly senior retired retiree retirement youth`,
  ),
  standing: words(`veteran military welfare voucher section8 subsidy benefit alimony arrest conviction criminal union
    political party`),
};

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
