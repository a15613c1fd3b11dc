import type { Random } from './random.ts';

/** Invented people: given and family names of many origins, joined at random, with addresses and numbers that reach nobody. */
export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  /** Under example.com, which no one owns. */
  readonly email: string;
  /** One of the numbers 555-0100 to 555-0199, which are kept for fiction. */
  readonly phone: string;
}

const GIVEN =
  `Ada Amara Anders Anjali Arlo Aisha Bao Beatriz Bilal Chiara Chidi Dalia Dmitri Elif Emre Esther Farah Felix Freya
Gabriel Greta Hana Hugo Ibrahim Ines Ivo Jamal Jia Joaquin Kai Kamala Keanu Kofi Laila Lars Leilani Lucia Malik Mateo
Mei Mira Nadia Nikhil Noor Olga Omar Oscar Paloma Petra Priya Quinn Rafael Rosa Ruben Sana Sefa Selma Tariq Tess Thandi
Tomas Uma Vera Viktor Wanjiru Wei Xenia Yara Yusuf Zofia`.split(/\s/);

const FAMILY =
  `Abara Aldous Almeida Arslan Bakker Bellweather Castellan Chandra Cho Dalgaard Delacroix Diallo Eriksen Esposito
Farouk Ferreira Galanis Greaves Hakimi Hashemi Holloway Ibarra Iyer Jankowski Kapoor Kealoha Kimura Kovac Laurent Lindqvist
Mahlaba Marchetti Mbeki Moreau Nakata Novak Obi Okonjo Oyelaran Pereira Petrov Quiroga Rahimi Rasmussen Rosales Saito
Santana Sidhu Silvestri Tanaka Tamihana Thorne Ulrich Valdez Vang Varga Whitlock Wojcik Xu Yamada Yilmaz Zamora Zhou`.split(
    /\s/,
  );

const AREA_CODES = ['202', '303', '312', '415', '503', '512', '602', '617', '702', '808'] as const;

export function person(random: Random): Person {
  const [firstName, lastName] = [random.pick(GIVEN), random.pick(FAMILY)];
  const mark = 10 + random.int(90);
  return {
    firstName,
    lastName,
    email: `${firstName}.${lastName}${mark}@example.com`.toLowerCase(),
    phone: `+1${random.pick(AREA_CODES)}55501${String(random.int(100)).padStart(2, '0')}`,
  };
}

export const ENQUIRIES = [
  'Is the house on Juniper Lane still available?',
  'Could I see the flat this week?',
  'What would my place sell for?',
  'Please send more pictures of the garden.',
  'Are you free to talk about buying this spring?',
] as const;

export const REPLIES = [
  'Thanks, that helps. What about parking?',
  'Saturday could work for us.',
  'We are still looking, nothing fits yet.',
  'What are the monthly costs?',
  'Can you send two more like this one?',
  'We would need three bedrooms.',
] as const;

export const ANSWERS = [
  'Happy to help. When would suit you for a call?',
  'It is still available. Shall I book a viewing?',
  'I have put three similar homes together for you.',
  'Just checking in: did you find what you were looking for?',
  'There is news on the price. Do you have five minutes?',
] as const;

export const AUTO_REPLY = 'Thank you for your message. One of our agents will be in touch.';

export const NOTES = [
  'Prefers texts over calls.',
  'Budget confirmed.',
  'Left a voicemail, try again tomorrow.',
  'Wants to compare two more areas.',
] as const;

export const TASKS = ['Call back', 'Send listings', 'Confirm viewing', 'Check financing'] as const;

export const TAGS = ['buyer', 'seller', 'investor', 'newsletter', 'call first', 'viewing requested'] as const;
