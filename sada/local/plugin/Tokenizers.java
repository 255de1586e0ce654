package sada.local;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.LetterTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenizer;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Lucene's tokenizers under their stock names and parameters. */
final class Tokenizers {

    private Tokenizers() {}

    static Map<String, AnalysisProvider<TokenizerFactory>> byName() {
        Map<String, AnalysisProvider<TokenizerFactory>> all = new HashMap<>();
        all.put("keyword", of(settings -> KeywordTokenizer::new));
        all.put("letter", of(settings -> LetterTokenizer::new));
        all.put("whitespace", of(settings -> WhitespaceTokenizer::new));
        all.put("pattern", of(Tokenizers::pattern));
        all.put("uax_url_email", of(settings -> UAX29URLEmailTokenizer::new));
        all.put("ngram", of(settings -> ngram(settings, false)));
        all.put("edge_ngram", of(settings -> ngram(settings, true)));
        return all;
    }

    private static AnalysisProvider<TokenizerFactory> of(Function<Settings, Supplier<Tokenizer>> make) {
        return (index, environment, name, settings) -> TokenizerFactory.newFactory(name, make.apply(settings));
    }

    private static Supplier<Tokenizer> pattern(Settings settings) {
        Pattern pattern = Patterns.compile(settings.get("pattern", "\\W+"), settings.get("flags"));
        int group = settings.getAsInt("group", -1);
        return () -> new PatternTokenizer(pattern, group);
    }

    private static Supplier<Tokenizer> ngram(Settings settings, boolean edge) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        IntPredicate kept = settings.getAsList("token_chars").stream().map(Tokenizers::characters)
            .reduce(IntPredicate::or).orElse(character -> true);
        if (edge) {
            return () -> new EdgeNGramTokenizer(min, max) {
                @Override
                protected boolean isTokenChar(int character) {
                    return kept.test(character);
                }
            };
        }
        return () -> new NGramTokenizer(min, max) {
            @Override
            protected boolean isTokenChar(int character) {
                return kept.test(character);
            }
        };
    }

    private static IntPredicate characters(String kind) {
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "letter" -> Character::isLetter;
            case "digit" -> Character::isDigit;
            case "whitespace" -> Character::isWhitespace;
            default -> throw new IllegalArgumentException("token_chars: the local server knows letter, digit, whitespace; not " + kind);
        };
    }
}
