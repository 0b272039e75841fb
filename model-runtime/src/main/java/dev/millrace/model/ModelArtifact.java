package dev.millrace.model;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.model.internal.artifact.ArtifactUnpacker;
import dev.millrace.model.internal.artifact.ExternalData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a user uploaded as a model, unpacked in a folder of its own.
public final class ModelArtifact {
    private static final int SHOWN_NAMES = 5;

    private final Path folder;

    private ModelArtifact(Path folder) {
        this.folder = folder;
    }

    /// Unpacks a `model.tar.gz`, or takes an ONNX file as it is, into a folder that appears whole or not at
    /// all.
    ///
    /// A folder that is there already is taken as the result of the same call made before.
    ///
    /// @param file what was downloaded; its name does not matter
    /// @param folder where the model shall be; its parent is created
    /// @throws PlatformException `MODEL_ERROR` with what is wrong with the file; `SERVICE_UNAVAILABLE` when
    ///     the disk fails
    public static ModelArtifact unpack(Path file, Path folder, ArtifactLimits limits) {
        if (!Files.isDirectory(folder)) {
            new ArtifactUnpacker(limits, InstantSource.system()).unpack(file, folder);
        }
        return new ModelArtifact(folder);
    }

    public Path folder() {
        return folder;
    }

    /// The ONNX model in it: the `model.onnx` nearest to the top, else the only `*.onnx`.
    ///
    /// @throws PlatformException `MODEL_ERROR` when there are several and none is first, or when it refers to
    ///     data outside the folder
    public Optional<Path> onnxModel() {
        List<Path> models = onnxFiles();
        List<Path> named = models.stream()
                .filter(file -> file.getFileName().toString().equals("model.onnx"))
                .toList();
        List<Path> candidates = named.isEmpty() ? models : shallowest(named);
        if (candidates.size() > 1) {
            throw new PlatformException(
                    ErrorCode.MODEL_ERROR,
                    "the artifact holds several ONNX models and no first one among them: "
                            + candidates.stream()
                                    .limit(SHOWN_NAMES)
                                    .map(file -> folder.relativize(file).toString())
                                    .toList());
        }
        candidates.forEach(model -> ExternalData.check(model, folder));
        return candidates.stream().findFirst();
    }

    private List<Path> onnxFiles() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".onnx"))
                    // macOS archives carry a shadow file beside each real one
                    .filter(file -> !file.getFileName().toString().startsWith("._"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the unpacked artifact cannot be read", e);
        }
    }

    private static List<Path> shallowest(List<Path> files) {
        int depth = files.stream()
                .map(Path::getNameCount)
                .min(Comparator.naturalOrder())
                .orElse(0);
        return files.stream().filter(file -> file.getNameCount() == depth).toList();
    }
}
