package sada.local;

import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.Analysis;

/** Lucene's `arabic` analyzer with the stock parameters `stopwords` and `stem_exclusion`. */
class Arabic extends AbstractIndexAnalyzerProvider<ArabicAnalyzer> {

    private final ArabicAnalyzer analyzer;

    Arabic(Environment environment, String name, Settings settings) {
        super(name);
        analyzer = new ArabicAnalyzer(
            Analysis.parseStopWords(environment, settings, ArabicAnalyzer.getDefaultStopSet()),
            Analysis.parseStemExclusion(settings, CharArraySet.EMPTY_SET)
        );
    }

    @Override
    public ArabicAnalyzer get() {
        return analyzer;
    }
}
