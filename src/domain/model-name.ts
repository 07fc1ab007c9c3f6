/** Models that think before they answer: thoughts count as output, and a temperature is refused. */
export const modelReasons = (model: string): boolean => /^(gpt-5(?!.*-chat)|o\d)/.test(model);
