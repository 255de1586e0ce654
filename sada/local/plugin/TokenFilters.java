package sada.local;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.core.UpperCaseFilter;
import org.apache.lucene.analysis.fa.PersianNormalizationFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.LimitTokenCountFilter;
import org.apache.lucene.analysis.miscellaneous.PatternKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;

/** Lucene's token filters under their stock names and parameters (`stop` and `shingle` the bare server has itself). */
final class TokenFilters {

    private TokenFilters() {}

    static Map<String, AnalysisProvider<TokenFilterFactory>> byName() {
        Map<String, AnalysisProvider<TokenFilterFactory>> all = new HashMap<>();
        all.put("arabic_normalization", normalizing(settings -> ArabicNormalizationFilter::new));
        all.put("persian_normalization", normalizing(settings -> PersianNormalizationFilter::new));
        all.put("decimal_digit", normalizing(settings -> DecimalDigitFilter::new));
        all.put("lowercase", normalizing(TokenFilters::lowercase));
        all.put("uppercase", normalizing(settings -> UpperCaseFilter::new));
        all.put("trim", normalizing(settings -> TrimFilter::new));
        all.put("asciifolding", normalizing(TokenFilters::asciiFolding));
        all.put("pattern_replace", AnalysisPlugin.requiresAnalysisSettings(normalizing(TokenFilters::patternReplace)));
        all.put("pattern_capture", AnalysisPlugin.requiresAnalysisSettings(plain(TokenFilters::patternCapture)));
        all.put("arabic_stem", plain(settings -> ArabicStemFilter::new));
        all.put("keyword_marker", AnalysisPlugin.requiresAnalysisSettings(plain(TokenFilters::keywordMarker)));
        all.put("keyword_repeat", plain(settings -> KeywordRepeatFilter::new));
        all.put("remove_duplicates", plain(settings -> RemoveDuplicatesTokenFilter::new));
        all.put("unique", plain(TokenFilters::unique));
        all.put("edge_ngram", plain(TokenFilters::edgeNgram));
        all.put("ngram", plain(TokenFilters::ngram));
        all.put("length", plain(TokenFilters::length));
        all.put("truncate", plain(TokenFilters::truncate));
        all.put("limit", plain(TokenFilters::limit));
        all.put("flatten_graph", plain(settings -> FlattenGraphFilter::new));
        all.put("word_delimiter_graph", plain(WordDelimiter::of));
        all.put("synonym_graph", AnalysisPlugin.requiresAnalysisSettings((index, environment, name, settings) -> new SynonymGraph(name, settings)));
        return all;
    }

    private static AnalysisProvider<TokenFilterFactory> plain(Function<Settings, UnaryOperator<TokenStream>> make) {
        return (index, environment, name, settings) -> new Plain(name, make.apply(settings));
    }

    private static AnalysisProvider<TokenFilterFactory> normalizing(Function<Settings, UnaryOperator<TokenStream>> make) {
        return (index, environment, name, settings) -> new Normalizing(name, make.apply(settings));
    }

    private static UnaryOperator<TokenStream> lowercase(Settings settings) {
        if (settings.get("language") != null) {
            throw new IllegalArgumentException("lowercase: the local server has no language-specific lower case");
        }
        return LowerCaseFilter::new;
    }

    private static UnaryOperator<TokenStream> asciiFolding(Settings settings) {
        boolean original = settings.getAsBoolean("preserve_original", false);
        return stream -> new ASCIIFoldingFilter(stream, original);
    }

    private static UnaryOperator<TokenStream> patternReplace(Settings settings) {
        Pattern pattern = Patterns.compile(settings.get("pattern"), settings.get("flags"));
        String replacement = settings.get("replacement", "");
        boolean all = settings.getAsBoolean("all", true);
        return stream -> new PatternReplaceFilter(stream, pattern, replacement, all);
    }

    /** What the server's own index of users and keys is analysed with (x-pack security). */
    private static UnaryOperator<TokenStream> patternCapture(Settings settings) {
        Pattern[] patterns = settings.getAsList("patterns").stream().map(Pattern::compile).toArray(Pattern[]::new);
        boolean original = settings.getAsBoolean("preserve_original", true);
        return stream -> new PatternCaptureGroupTokenFilter(stream, original, patterns);
    }

    private static UnaryOperator<TokenStream> keywordMarker(Settings settings) {
        String expression = settings.get("keywords_pattern");
        if (expression != null) {
            Pattern pattern = Pattern.compile(expression);
            return stream -> new PatternKeywordMarkerFilter(stream, pattern);
        }
        CharArraySet words = new CharArraySet(settings.getAsList("keywords"), settings.getAsBoolean("ignore_case", false));
        return stream -> new SetKeywordMarkerFilter(stream, words);
    }

    private static UnaryOperator<TokenStream> unique(Settings settings) {
        boolean samePosition = settings.getAsBoolean("only_on_same_position", false);
        return stream -> samePosition ? new RemoveDuplicatesTokenFilter(stream) : new Unique(stream);
    }

    private static UnaryOperator<TokenStream> edgeNgram(Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        boolean original = settings.getAsBoolean("preserve_original", false);
        return stream -> new EdgeNGramTokenFilter(stream, min, max, original);
    }

    private static UnaryOperator<TokenStream> ngram(Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        boolean original = settings.getAsBoolean("preserve_original", false);
        return stream -> new NGramTokenFilter(stream, min, max, original);
    }

    private static UnaryOperator<TokenStream> length(Settings settings) {
        int min = settings.getAsInt("min", 0);
        int max = settings.getAsInt("max", Integer.MAX_VALUE);
        return stream -> new LengthFilter(stream, min, max);
    }

    private static UnaryOperator<TokenStream> truncate(Settings settings) {
        int length = settings.getAsInt("length", 10);
        return stream -> new TruncateTokenFilter(stream, length);
    }

    private static UnaryOperator<TokenStream> limit(Settings settings) {
        int count = settings.getAsInt("max_token_count", 1);
        boolean all = settings.getAsBoolean("consume_all_tokens", false);
        return stream -> new LimitTokenCountFilter(stream, count, all);
    }

    private record Plain(String name, UnaryOperator<TokenStream> wrap) implements TokenFilterFactory {
        @Override
        public TokenStream create(TokenStream stream) {
            return wrap.apply(stream);
        }
    }

    private record Normalizing(String name, UnaryOperator<TokenStream> wrap) implements NormalizingTokenFilterFactory {
        @Override
        public TokenStream create(TokenStream stream) {
            return wrap.apply(stream);
        }
    }
}
