package dev.millrace.integration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The layering of ARCHITECTURE.md, on the compiled classes.
class ArchitectureTest {
    private static final String BASE = "dev.millrace.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.millrace");

    /// Which of our packages each one may use, itself and `invocation` apart.
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("invocation", List.of()),
            Map.entry("runtime", List.of("invocation")),
            Map.entry("storage", List.of("invocation", "runtime")),
            Map.entry("queue", List.of("invocation", "runtime")),
            Map.entry("controlplane", List.of("invocation", "runtime")),
            Map.entry("identity", List.of("invocation", "runtime")),
            Map.entry("outbound", List.of("invocation", "runtime")),
            Map.entry("model", List.of("invocation", "runtime")),
            // Alarms are resources of the control plane.
            Map.entry("monitoring", List.of("invocation", "runtime", "controlplane")),
            Map.entry(
                    "gateway",
                    List.of(
                            "invocation",
                            "runtime",
                            "storage",
                            "queue",
                            "controlplane",
                            "identity",
                            "outbound",
                            "monitoring")),
            Map.entry("worker", List.of("invocation", "runtime", "storage", "queue", "model")),
            Map.entry(
                    "notifier",
                    List.of(
                            "invocation",
                            "runtime",
                            "storage",
                            "queue",
                            "controlplane",
                            "identity",
                            "outbound",
                            "monitoring")),
            Map.entry(
                    "controller", List.of("invocation", "runtime", "storage", "queue", "controlplane", "monitoring")));

    @TestFactory
    Stream<DynamicTest> dependenciesPointOneWay() {
        return MAY_USE.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    String[] forbidden = MAY_USE.keySet().stream()
                            .filter(other -> !other.equals(entry.getKey())
                                    && !entry.getValue().contains(other))
                            .map(other -> BASE + other + "..")
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(BASE + entry.getKey() + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(forbidden)
                            .check(CLASSES);
                }));
    }

    @Test
    void onlyTheGatewaySeesVertx() {
        only("io.vertx..", "gateway");
    }

    @Test
    void onlyTheQueueOnePartOfTheGatewayTheDemonstrationsProducerAndTheFloorsSeeKafka() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        BASE + "queue..",
                        BASE + "gateway.kafka..",
                        BASE + "gateway.intake..",
                        BASE + "standalone.demo..",
                        BASE + "embedded.broker..",
                        BASE + "load.floor..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void onlyStorageSeesTheS3Client() {
        only("io.minio..", "storage");
    }

    @Test
    void onlyTheModelRuntimeAndTheFloorsSeeOnnxRuntime() {
        only("ai.onnxruntime..", "model", "load.floor");
    }

    @Test
    void onlyStorageAndOutboundSeeOkHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + "storage..", BASE + "outbound..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("okhttp3..")
                .check(CLASSES);
    }

    @Test
    void theTwoJsonGenerationsAreNeverMixed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..")
                .check(CLASSES);
    }

    @Test
    void noPackageIsACupboard() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..impl..", "..dto..", "..service..", "..helper..")
                .check(CLASSES);
    }

    @Test
    void ourModulesHaveNoCycles() {
        slices().matching("dev.millrace.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void classesAreFinalUnlessTheyAreMadeForExtension() {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .areNotRecords()
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
                .orShould()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT)
                .check(CLASSES);
    }

    @Test
    void everyModuleIsOnTheClassPathOfThisTest() {
        assertThat(MAY_USE.keySet())
                .allSatisfy(name -> assertThat(CLASSES.stream()
                                .anyMatch(type -> type.getPackageName().startsWith(BASE + name)))
                        .as(name)
                        .isTrue());
    }

    private static void only(String library, String... packages) {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        Stream.of(packages).map(each -> BASE + each + "..").toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES);
    }
}
