package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.testkit.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelArtifactTest {
    private static final ArtifactLimits SMALL = new ArtifactLimits(20, 12 << 20, 100, Duration.ofMinutes(1));
    private static final byte[] ONNX = new OnnxBytes()
            .input("x", OnnxBytes.FLOAT, "batch", "2")
            .output("y", OnnxBytes.FLOAT, "batch", "2")
            .node("Identity", java.util.List.of("x"), "y")
            .toBytes();

    @TempDir
    private Path scratch;

    private Path models;

    @BeforeEach
    void makeTheFolderOfModels() throws IOException {
        models = Files.createDirectory(scratch.resolve("models"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "./model.onnx", "1/model.onnx", "export/onnx/model.onnx", "classifier.onnx"})
    void findsTheModelWhereverItIs(String name) throws IOException {
        Path archive = archive(tar -> {
            file(tar, "code/inference.py", new byte[10]);
            file(tar, "code/._shadow.onnx", new byte[10]);
            file(tar, name, ONNX);
        });

        ModelArtifact artifact = unpack(archive);

        assertThat(artifact.onnxModel())
                .hasValueSatisfying(model -> assertThat(model).hasBinaryContent(ONNX));
        assertThat(siblings()).containsExactly("m1");
    }

    @Test
    void takesAnOnnxFileAsItIsAndAnUnpackedFolderAgain() throws IOException {
        ModelArtifact first = unpack(TestModel.DIGITS.model());
        ModelArtifact again = unpack(scratch.resolve("is-not-read"));

        assertThat(first.onnxModel()).isEqualTo(again.onnxModel()).isPresent();
    }

    @Test
    void theModelNearestToTheTopIsTheModel() throws IOException {
        ModelArtifact artifact = unpack(archive(tar -> {
            file(tar, "old/model.onnx", ONNX);
            file(tar, "model.onnx", ONNX);
            file(tar, "other.onnx", ONNX);
        }));

        assertThat(artifact.onnxModel()).hasValue(artifact.folder().resolve("model.onnx"));
    }

    @Test
    void whatAKilledProcessLeftIsRemoved() throws IOException {
        Path abandoned = Files.createDirectory(models.resolve(".unpacking-1"));
        Path ofAnother = Files.createDirectory(models.resolve(".unpacking-2"));
        Files.write(abandoned.resolve("part"), new byte[10]);
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofMinutes(3))));

        unpack(TestModel.DIGITS.model());

        assertThat(abandoned).doesNotExist();
        assertThat(ofAnother).exists();
    }

    @Test
    void severalModelsAndNoFirstOneAreRefusedByName() throws IOException {
        ModelArtifact artifact = unpack(archive(tar -> {
            file(tar, "a.onnx", ONNX);
            file(tar, "b.onnx", ONNX);
        }));

        assertThatThrownBy(artifact::onnxModel).hasMessageContaining("[a.onnx, b.onnx]");
    }

    static Stream<Arguments> hostileArchives() {
        byte[] zeros = new byte[11 << 20];
        return Stream.of(
                hostile("leads out", tar -> file(tar, "../evil", new byte[1])),
                hostile("leads out", tar -> file(tar, "a/../../evil", new byte[1])),
                hostile("absolute", tar -> file(tar, "/tmp/evil", new byte[1])),
                hostile("no file name may have", tar -> file(tar, "C:\\evil", new byte[1])),
                hostile("no file name may have", tar -> file(tar, "a\u0001b", new byte[1])),
                hostile("longer than 255 bytes", tar -> file(tar, "a".repeat(256), new byte[1])),
                hostile("longer than 4096 bytes", tar -> file(tar, "a/".repeat(2_100) + "b", new byte[1])),
                hostile("a link, a device", tar -> special(tar, "l", TarConstants.LF_SYMLINK, "/etc")),
                hostile("a link, a device", tar -> {
                    special(tar, "l", TarConstants.LF_SYMLINK, "..");
                    file(tar, "l/evil", new byte[1]);
                }),
                hostile("a link, a device", tar -> special(tar, "h", TarConstants.LF_LINK, "../../etc/passwd")),
                hostile("a link, a device", tar -> special(tar, "c", TarConstants.LF_CHR, "")),
                hostile("a link, a device", tar -> special(tar, "b", TarConstants.LF_BLK, "")),
                hostile("a link, a device", tar -> special(tar, "f", TarConstants.LF_FIFO, "")),
                hostile("another user", tar -> file(tar, "s", new byte[1], 0104755)),
                hostile("there twice", tar -> {
                    file(tar, "model.onnx", ONNX);
                    file(tar, "./model.onnx", ONNX);
                }),
                hostile("there twice", tar -> {
                    file(tar, "a", new byte[1]);
                    file(tar, "a/b", new byte[1]);
                }),
                hostile("has no name", tar -> file(tar, "./.", new byte[1])),
                hostile("more than 20 entries", tar -> {
                    for (int i = 0; i < 21; i++) {
                        file(tar, "f" + i, new byte[0]);
                    }
                }),
                hostile("more than 100 times", tar -> file(tar, "zeros", zeros)),
                hostile("more than 12582912 bytes", tar -> file(tar, "noise", noise(13 << 20))),
                hostile("oversized header", tar -> pax(tar, "x".repeat(2 << 20))),
                hostile("is empty", tar -> {}));
    }

    @ParameterizedTest
    @MethodSource("hostileArchives")
    void aHostileArchiveIsRefusedAndLeavesNothing(String reason, Consumer<TarArchiveOutputStream> content)
            throws IOException {
        Path archive = archive(content);

        assertRefused(archive, reason);
    }

    @Test
    void damagedArchivesAreRefusedAndLeaveNothing() throws IOException {
        byte[] good = Files.readAllBytes(archive(tar -> {
            file(tar, "model.onnx", ONNX);
            file(tar, "noise", noise(5_000));
        }));

        assertRefused(write(new byte[0]), "empty");
        assertRefused(write("PK\u0003\u0004 a zip".getBytes(java.nio.charset.StandardCharsets.UTF_8)), "zip archive");
        for (int length : new int[] {5, 12, 100, good.length / 2, good.length - 9, good.length - 1}) {
            assertRefused(write(Arrays.copyOf(good, length)), "model archive");
        }
        assertRefused(write(Digits.concat(good, new byte[] {1, 2, 3})), "damaged");
        assertRefused(write(gzip(Digits.concat(tar(tar -> file(tar, "a", ONNX)), noise(600)))), "followed by");
    }

    @Test
    void mutatedArchivesAreTakenOrRefused() throws IOException {
        byte[] good = tar(tar -> {
            file(tar, "folder/model.onnx", ONNX);
            pax(tar, "value");
            file(tar, "name".repeat(40), new byte[700]);
        });
        var random = new Random(3);
        for (int i = 0; i < 1_000; i++) {
            byte[] bad = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            Path archive = write(bad);
            Path folder = models.resolve("m" + i);
            try {
                ModelArtifact.unpack(archive, folder, SMALL).onnxModel();
            } catch (PlatformException e) {
                assertThat(e.code()).as(e.text()).isEqualTo(ErrorCode.MODEL_ERROR);
            }
        }
        assertThat(siblings()).noneMatch(name -> name.startsWith("."));
        try (Stream<Path> outside = Files.list(scratch)) {
            assertThat(outside.map(path -> path.getFileName().toString()))
                    .allMatch(name -> name.equals("models") || name.startsWith("archive"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/passwd", "", "absent", "link", "a/../../secret", "*/_ORT_MEM_ADDR_/*"})
    void weightsOutsideTheFolderAreRefused(String location) throws IOException {
        Files.write(scratch.resolve("secret"), new byte[64]);
        Path folder = Files.createDirectory(models.resolve("m1"));
        Files.write(folder.resolve("model.onnx"), withExternal(location));
        Files.createSymbolicLink(folder.resolve("link"), scratch.resolve("secret"));
        ModelArtifact artifact = unpack(scratch.resolve("is-not-read"));

        assertThatThrownBy(artifact::onnxModel)
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("refers to data outside its artifact");
    }

    @Test
    void weightsBesideTheModelAreUsed() throws IOException {
        ModelArtifact artifact = unpack(archive(tar -> {
            file(tar, "model.onnx", withExternal("weights.bin"));
            file(tar, "weights.bin", Digits.floats(java.util.List.of(new float[] {10, 20})));
        }));

        ModelLoader.Loaded loaded =
                new ModelLoader(RunnerConfig.ofThreads(1)).load("m", artifact, "image", Map.of(), true);

        var ready = (ModelLoader.Loaded.Ready) loaded;
        try (var runner = ready.runner()) {
            assertThat(ready.note()).contains("runs on the CPU");
            assertThat(ready.resolvedImage()).startsWith("onnxruntime:");
            assertThat(LoadedModel.success(
                                    LoadedModel.run(runner, Digits.utf8("[[1,2]]"), "application/json", "text/csv"))
                            .body()
                            .utf8())
                    .isEqualTo("11.0,22.0\n");
        }
    }

    static Stream<Arguments> unusableModels() {
        byte[] good = ONNX;
        return Stream.of(
                Arguments.of(noise(5_000), "not an ONNX model"),
                Arguments.of(Arrays.copyOf(good, good.length - 5), "not an ONNX model"),
                Arguments.of("{\"a\": 1}".getBytes(java.nio.charset.StandardCharsets.UTF_8), "not an ONNX model"),
                Arguments.of(
                        new OnnxBytes()
                                .inDomain("evil.ops")
                                .input("x", OnnxBytes.FLOAT, "2")
                                .output("y", OnnxBytes.FLOAT, "2")
                                .node("Shell", java.util.List.of("x"), "y")
                                .toBytes(),
                        "does not load"),
                Arguments.of(
                        new OnnxBytes()
                                .input("x", OnnxBytes.FLOAT, "2")
                                .output("y", OnnxBytes.FLOAT, "2")
                                .node("Add", java.util.List.of("x", "z"), "y")
                                .node("Add", java.util.List.of("x", "y"), "z")
                                .toBytes(),
                        "does not load"),
                Arguments.of(
                        new OnnxBytes()
                                .input("x", 12, "2")
                                .output("y", 12, "2")
                                .node("Identity", java.util.List.of("x"), "y")
                                .toBytes(),
                        "which ONNX Runtime does not take"));
    }

    @ParameterizedTest
    @MethodSource("unusableModels")
    void aModelThatCannotRunIsUnusableWithTheReason(byte[] model, String reason) throws IOException {
        assertThat(load(write(model)))
                .isInstanceOfSatisfying(
                        ModelLoader.Loaded.Unusable.class,
                        unusable -> assertThat(unusable.reason()).contains(reason));
    }

    @Test
    void mutatedModelsLoadOrAreUnusable() throws IOException {
        byte[] good = new OnnxBytes()
                .input("x", OnnxBytes.FLOAT, "batch", "2")
                .output("y", OnnxBytes.FLOAT, "batch", "2")
                .floats("w", 1, 2)
                .node("Add", java.util.List.of("x", "w"), "y")
                .toBytes();
        var random = new Random(5);
        int usable = 0;
        for (int i = 0; i < 500; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            Path folder = models.resolve("m" + i);
            ModelArtifact artifact = ModelArtifact.unpack(write(bad), folder, SMALL);
            if (new ModelLoader(RunnerConfig.ofThreads(1)).load("m", artifact, "i", Map.of(), false)
                    instanceof ModelLoader.Loaded.Ready ready) {
                ready.runner().close();
                usable++;
            }
        }
        assertThat(usable).isBetween(1, 499);
    }

    @Test
    void anArtifactWithoutAModelNamesTheImage() throws IOException {
        assertThat(load(archive(tar -> file(tar, "model.pth", new byte[100]))))
                .isInstanceOfSatisfying(
                        ModelLoader.Loaded.Unusable.class,
                        unusable -> assertThat(unusable.reason())
                                .contains("image repo/torch:1 names no runtime")
                                .contains("holds no ONNX model"));
    }

    private ModelLoader.Loaded load(Path file) {
        return new ModelLoader(RunnerConfig.ofThreads(1)).load("m", unpack(file), "repo/torch:1", Map.of(), false);
    }

    private ModelArtifact unpack(Path file) {
        return ModelArtifact.unpack(file, models.resolve("m1"), SMALL);
    }

    private void assertRefused(Path archive, String reason) throws IOException {
        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining(reason)
                .extracting(e -> ((PlatformException) e).code())
                .isEqualTo(ErrorCode.MODEL_ERROR);
        assertThat(siblings()).isEmpty();
        assertThat(scratch.resolve("evil")).doesNotExist();
    }

    private java.util.List<String> siblings() throws IOException {
        try (Stream<Path> files = Files.list(models)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static byte[] withExternal(String location) {
        return new OnnxBytes()
                .input("x", OnnxBytes.FLOAT, "batch", "2")
                .output("y", OnnxBytes.FLOAT, "batch", "2")
                .external("w", 2, location)
                .node("Add", java.util.List.of("x", "w"), "y")
                .toBytes();
    }

    private static Arguments hostile(String reason, Consumer<TarArchiveOutputStream> content) {
        return Arguments.of(reason, content);
    }

    private Path archive(Consumer<TarArchiveOutputStream> content) throws IOException {
        return write(gzip(tar(content)));
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(scratch.resolve("archive"), bytes);
    }

    private static byte[] tar(Consumer<TarArchiveOutputStream> content) {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            content.accept(tar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content) {
        file(tar, name, content, 0100644);
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content, int mode) {
        var entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        entry.setMode(mode);
        put(tar, entry, content);
    }

    private static void special(TarArchiveOutputStream tar, String name, byte kind, String target) {
        var entry = new TarArchiveEntry(name, kind);
        entry.setLinkName(target);
        put(tar, entry, new byte[0]);
    }

    private static void pax(TarArchiveOutputStream tar, String value) {
        var entry = new TarArchiveEntry("with-header");
        entry.addPaxHeader("COMMENT.x", value);
        put(tar, entry, new byte[0]);
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content) {
        try {
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
