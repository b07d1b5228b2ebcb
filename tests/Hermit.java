import java.io.File;
import java.util.Set;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLNamedIndividual;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/** Tells, line by line, what keeps a file out of OWL 2 DL and what HermiT concludes from it. */
class Hermit {
  public static void main(String[] arguments) throws Exception {
    OWLOntology read =
        OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[0]));
    for (OWLProfileViolation found : new OWL2DLProfile().checkOntology(read).getViolations()) {
      System.out.println("violation " + found.toString().replaceAll("\\s+", " "));
    }
    Reasoner hermit = new Reasoner(read);
    System.out.println("axioms " + read.getAxiomCount());
    System.out.println("consistent " + hermit.isConsistent());
    if (!hermit.isConsistent()) {
      return;
    }
    for (OWLClass each : hermit.getUnsatisfiableClasses().getEntitiesMinusBottom()) {
      System.out.println("unsatisfiable " + each.getIRI());
    }
    for (OWLNamedIndividual each : read.getIndividualsInSignature()) {
      Set<OWLNamedIndividual> same = hermit.getSameIndividuals(each).getEntities();
      if (same.size() > 1) {
        System.out.println("same " + same.toString().replaceAll("[\\[\\],<>]", ""));
      }
    }
  }
}
