/** To the one question that the page asks. */
export const answer = `The sky is blue because of how air scatters sunlight. Sunlight looks white, but it is a mix of \
every colour, from violet to red. Air molecules are far smaller than a wavelength of light, and they scatter short \
waves much more than long ones.

This is Rayleigh scattering: its strength grows with the fourth power of the frequency. Blue light is scattered about \
five times as much as red, so it reaches your eyes from every part of the sky. Violet is scattered even more, but the \
sun sends less of it, and our eyes hardly see it.

At sunset the light crosses far more air. Most of the blue is scattered away before it reaches you, and what remains is \
orange and red. On Mars it is the other way round: the day is butterscotch, and the sunset is blue.`;
