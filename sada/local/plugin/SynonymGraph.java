package sada.local;

import java.io.IOException;
import java.io.StringReader;
import java.text.ParseException;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.synonym.SolrSynonymParser;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.apache.lucene.util.CharsRef;
import org.apache.lucene.util.CharsRefBuilder;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.IndexService.IndexCreationContext;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.CustomAnalyzer;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;

/** `synonym_graph` with rules in the settings (`synonyms`, `expand`, `lenient`), which pass the filters before it. */
final class SynonymGraph implements TokenFilterFactory {

    private final String name;
    private final String rules;
    private final boolean expand;
    private final boolean lenient;

    SynonymGraph(String name, Settings settings) {
        List<String> given = settings.getAsList("synonyms", null);
        if (given == null) {
            throw new IllegalArgumentException("synonym_graph: the local server takes its rules from `synonyms` alone");
        }
        this.name = name;
        this.rules = String.join("\n", given);
        this.expand = settings.getAsBoolean("expand", true);
        this.lenient = settings.getAsBoolean("lenient", false);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TokenStream create(TokenStream stream) {
        throw new IllegalStateException(name + ": made without the filters before it");
    }

    @Override
    public TokenFilterFactory getChainAwareTokenFilterFactory(
        IndexCreationContext context,
        TokenizerFactory tokenizer,
        List<CharFilterFactory> charFilters,
        List<TokenFilterFactory> before,
        Function<String, TokenFilterFactory> all
    ) {
        TokenFilterFactory[] chain = before.stream().map(TokenFilterFactory::getSynonymFilter).toArray(TokenFilterFactory[]::new);
        SynonymMap map = parse(new CustomAnalyzer(tokenizer, charFilters.toArray(CharFilterFactory[]::new), chain));
        return new Ready(name, map);
    }

    private SynonymMap parse(Analyzer analyzer) {
        try {
            SolrSynonymParser parser = lenient ? new Lenient(expand, analyzer) : new SolrSynonymParser(true, expand, analyzer);
            parser.parse(new StringReader(rules));
            return parser.build();
        } catch (IOException | ParseException error) {
            throw new IllegalArgumentException("failed to build synonyms", error);
        }
    }

    /** Leaves out a form that the filters before it take a word from, as stock does. */
    private static final class Lenient extends SolrSynonymParser {

        Lenient(boolean expand, Analyzer analyzer) {
            super(true, expand, analyzer);
        }

        @Override
        public CharsRef analyze(String text, CharsRefBuilder reuse) throws IOException {
            try {
                return super.analyze(text, reuse);
            } catch (IllegalArgumentException hole) {
                return new CharsRef("");
            }
        }

        @Override
        public void add(CharsRef input, CharsRef output, boolean includeOriginal) {
            if (input.length > 0 && output.length > 0) {
                super.add(input, output, includeOriginal);
            }
        }
    }

    private record Ready(String name, SynonymMap map) implements TokenFilterFactory {
        @Override
        public TokenStream create(TokenStream stream) {
            return map.fst == null ? stream : new SynonymGraphFilter(stream, map, false);
        }

        @Override
        public TokenFilterFactory getSynonymFilter() {
            return IDENTITY_FILTER;
        }
    }
}
