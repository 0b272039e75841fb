package dev.millrace.controlplane.operation;

import static dev.millrace.controlplane.shape.Member.kept;

import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;

/// What model packages say about where the measurements of a model are; nothing here reads them.
final class ModelMetricsShapes {
    private static final Text CONTENT_TYPE = new Text(0, 256);

    private static final Structure METRICS_SOURCE = Structure.of(
            "MetricsSource",
            kept("ContentType", CONTENT_TYPE).required(),
            kept("ContentDigest", CommonShapes.DIGEST),
            kept("S3Uri", CommonShapes.URL).required());

    private static final Structure FILE_SOURCE = Structure.of(
            "FileSource",
            kept("ContentType", CONTENT_TYPE),
            kept("ContentDigest", CommonShapes.DIGEST),
            kept("S3Uri", CommonShapes.URL).required());

    static final Structure MODEL_METRICS = Structure.of(
            "ModelMetrics",
            sources("ModelQuality", "Statistics", "Constraints"),
            sources("ModelDataQuality", "Statistics", "Constraints"),
            sources("Bias", "Report", "PreTrainingReport", "PostTrainingReport"),
            sources("Explainability", "Report"));

    static final Structure DRIFT_CHECK_BASELINES = Structure.of(
            "DriftCheckBaselines",
            kept(
                    "Bias",
                    Structure.of(
                            "DriftCheckBias",
                            kept("ConfigFile", FILE_SOURCE),
                            kept("PreTrainingConstraints", METRICS_SOURCE),
                            kept("PostTrainingConstraints", METRICS_SOURCE))),
            kept(
                    "Explainability",
                    Structure.of(
                            "DriftCheckExplainability",
                            kept("Constraints", METRICS_SOURCE),
                            kept("ConfigFile", FILE_SOURCE))),
            sources("ModelQuality", "Statistics", "Constraints"),
            sources("ModelDataQuality", "Statistics", "Constraints"));

    private ModelMetricsShapes() {}

    /// A member that holds such sources and nothing else.
    private static Member sources(String name, String... members) {
        var sources = new Member[members.length];
        for (int n = 0; n < members.length; n++) {
            sources[n] = kept(members[n], METRICS_SOURCE);
        }
        return kept(name, Structure.of(name, sources));
    }
}
