package io.tidemark.tests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The allowed edges between modules, in the one place where they stand as code. Maven keeps a
/// module from seeing those above it; this test also keeps it from reaching past its neighbour to
/// what Maven hands down transitively. `io.tidemark.storage` is the common vocabulary, open to all.
class ModuleEdgesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.tidemark");

  private static final DescribedPredicate<JavaClass> VARIABLES =
      resideInAPackage("io.tidemark.sql.variable");
  private static final DescribedPredicate<JavaClass> SESSIONS =
      resideInAPackage("io.tidemark.sql.session");

  @Test
  void modulesUseOnlyTheModulesTheyMay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("shared-storage")
        .definedBy("io.tidemark.storage..")
        .layer("log-service")
        .definedBy("io.tidemark.log..")
        .layer("page-server")
        .definedBy("io.tidemark.pageserver..")
        .layer("engine")
        .definedBy("io.tidemark.engine..")
        .layer("sql")
        .definedBy("io.tidemark.sql..")
        .layer("mysql")
        .definedBy("io.tidemark.mysql..")
        .layer("server")
        .definedBy("io.tidemark.server..")
        .whereLayer("shared-storage")
        .mayNotAccessAnyLayer()
        .whereLayer("log-service")
        .mayOnlyAccessLayers("shared-storage")
        .whereLayer("page-server")
        .mayOnlyAccessLayers("shared-storage", "log-service")
        .whereLayer("engine")
        .mayOnlyAccessLayers("shared-storage", "log-service", "page-server")
        .whereLayer("sql")
        .mayOnlyAccessLayers("shared-storage", "engine")
        .whereLayer("mysql")
        .mayOnlyAccessLayers("shared-storage", "sql")
        .whereLayer("server")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  /// These edges inside the SQL layer close cycles: they wait for `SqlMode`, `ResultSink` and
  /// `Execution` to move below their users, and for the executors of sessions and the assembly of
  /// the server to move above their contexts. No others may join them.
  @Test
  void packagesOfAModuleFormNoCycle() {
    slices()
        .matching("io.tidemark.(*.*)..")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(resideInAPackage("io.tidemark.sql.value"), VARIABLES)
        .ignoreDependency(
            SESSIONS,
            resideInAnyPackage(
                "io.tidemark.sql.admin",
                "io.tidemark.sql.bind",
                "io.tidemark.sql.execute",
                "io.tidemark.sql.plan",
                "io.tidemark.sql.explain"))
        .ignoreDependency(
            resideInAPackage("io.tidemark.sql.server"),
            resideInAnyPackage("io.tidemark.sql.admin", "io.tidemark.sql.informationschema"))
        .ignoreDependency(resideInAPackage("io.tidemark.sql.variable"), SESSIONS)
        .ignoreDependency(resideInAPackage("io.tidemark.sql.table"), SESSIONS)
        .ignoreDependency(
            resideInAPackage("io.tidemark.sql.bind"), resideInAPackage("io.tidemark.sql.execute"))
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
