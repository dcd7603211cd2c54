const people = [
  'Ada Lovelace',
  'Alan Turing',
  'Grace Hopper',
  'Katherine Johnson',
  'Edsger Dijkstra',
  'Barbara Liskov',
];
const countries = ['Japan', 'France', 'Brazil', 'Kenya', 'India', 'Canada', 'Norway', 'Peru', 'Egypt', 'Vietnam'];
const cities = ['Paris', 'Tokyo', 'Nairobi', 'Lima', 'Oslo', 'Mumbai', 'Toronto', 'Cairo', 'Berlin', 'Seoul'];
const films = ['Metropolis', 'Casablanca', 'Rashomon', 'Vertigo', 'Solaris', 'Alien', 'Amélie', 'Arrival'];
const colors = ['red', 'blue', 'green', 'yellow', 'violet', 'orange', 'turquoise', 'brown'];

/** Things by the plural of their word. */
const byPlural: Readonly<Record<string, readonly string[]>> = {
  animals: ['Fox', 'Owl', 'Otter', 'Lynx', 'Badger', 'Heron', 'Whale', 'Gecko'],
  birds: ['Robin', 'Heron', 'Kestrel', 'Wren', 'Swift', 'Owl'],
  books: ['Middlemarch', 'Dracula', 'Emma', 'Moby-Dick', 'Ulysses', 'Walden', 'Dune', 'Persuasion'],
  cheeses: ['Comté', 'Gouda', 'Feta', 'Manchego', 'Cheddar', 'Brie'],
  cities,
  capitals: cities,
  coffees: ['Espresso', 'Cortado', 'Flat white', 'Mocha', 'Americano', 'Latte'],
  colors,
  colours: colors,
  countries,
  days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  dogs: ['Beagle', 'Collie', 'Poodle', 'Pug', 'Terrier', 'Husky'],
  films,
  movies: films,
  flowers: ['Rose', 'Tulip', 'Iris', 'Lily', 'Poppy', 'Daisy'],
  fruits: ['Apple', 'Pear', 'Mango', 'Plum', 'Fig', 'Cherry', 'Orange', 'Kiwi'],
  ingredients: ['flour', 'sugar', 'butter', 'eggs', 'salt', 'milk', 'vanilla', 'yeast'],
  languages: ['TypeScript', 'Python', 'Go', 'Rust', 'Kotlin', 'Swift', 'Java', 'Ruby'],
  months: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  mountains: ['Everest', 'Denali', 'Fuji', 'Matterhorn', 'Kilimanjaro', 'Elbrus'],
  names: people,
  people,
  users: people,
  persons: people,
  authors: people,
  customers: people,
  scientists: people,
  planets: ['Mercury', 'Venus', 'Earth', 'Mars', 'Jupiter', 'Saturn', 'Uranus', 'Neptune'],
  recipes: ['Pancakes', 'Lentil soup', 'Ratatouille', 'Risotto', 'Apple pie', 'Shakshuka'],
  cookies: ['Shortbread', 'Snickerdoodle', 'Gingersnap', 'Macaroon', 'Biscotti', 'Brownie'],
  rivers: ['Nile', 'Amazon', 'Danube', 'Ganges', 'Mekong', 'Rhine'],
  spices: ['Cumin', 'Saffron', 'Paprika', 'Cardamom', 'Turmeric', 'Clove'],
  sports: ['Tennis', 'Rowing', 'Judo', 'Cycling', 'Fencing', 'Football'],
  teas: ['Sencha', 'Darjeeling', 'Oolong', 'Assam', 'Earl Grey', 'Matcha', 'Rooibos', 'Pu-erh'],
  trees: ['Oak', 'Birch', 'Cedar', 'Maple', 'Rowan', 'Alder'],
  vegetables: ['Carrot', 'Leek', 'Spinach', 'Beetroot', 'Pepper', 'Fennel'],
};

/** The known things of a plural; undefined for another word. */
/* @__NO_SIDE_EFFECTS__ */
export function knownItems(plural: string): readonly string[] | undefined {
  return Object.hasOwn(byPlural, plural) ? byPlural[plural] : undefined;
}
