package fmi

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// The file as it is written. Attributes of both versions stand side by side; those of other types and kinds stay empty.
type xmlDescription struct {
	XMLName    xml.Name      `xml:"fmiModelDescription"`
	Version    string        `xml:"fmiVersion,attr"`
	Model      string        `xml:"modelName,attr"`
	GUID       string        `xml:"guid,attr"`
	Token      string        `xml:"instantiationToken,attr"`
	About      string        `xml:"description,attr"`
	Author     string        `xml:"author,attr"`
	License    string        `xml:"license,attr"`
	Tool       string        `xml:"generationTool,attr"`
	Made       string        `xml:"generationDateAndTime,attr"`
	Indicators string        `xml:"numberOfEventIndicators,attr"`
	Exchange   *xmlInterface `xml:"ModelExchange"`
	CoSim      *xmlInterface `xml:"CoSimulation"`
	Scheduled  *struct{}     `xml:"ScheduledExecution"`
	Units      []xmlUnit     `xml:"UnitDefinitions>Unit"`
	Types      struct {
		All []xmlElement `xml:",any"`
	} `xml:"TypeDefinitions"`
	Categories []struct {
		Name string `xml:"name,attr"`
	} `xml:"LogCategories>Category"`
	Experiment *struct {
		Start     string `xml:"startTime,attr"`
		Stop      string `xml:"stopTime,attr"`
		Step      string `xml:"stepSize,attr"`
		Tolerance string `xml:"tolerance,attr"`
	} `xml:"DefaultExperiment"`
	Variables struct {
		All []xmlElement `xml:",any"`
	} `xml:"ModelVariables"`
	Structure struct {
		Outputs2     []xmlUnknown `xml:"Outputs>Unknown"`
		Derivatives2 []xmlUnknown `xml:"Derivatives>Unknown"`
		Outputs      []xmlUnknown `xml:"Output"`
		Derivatives  []xmlUnknown `xml:"ContinuousStateDerivative"`
		Indicators   []xmlUnknown `xml:"EventIndicator"`
	} `xml:"ModelStructure"`
}

type xmlInterface struct {
	Identifier   string  `xml:"modelIdentifier,attr"`
	NeedsTool    boolean `xml:"needsExecutionTool,attr"`
	Once         boolean `xml:"canBeInstantiatedOnlyOncePerProcess,attr"`
	Save2        boolean `xml:"canGetAndSetFMUstate,attr"`
	Save         boolean `xml:"canGetAndSetFMUState,attr"`
	Serialize2   boolean `xml:"canSerializeFMUstate,attr"`
	Serialize    boolean `xml:"canSerializeFMUState,attr"`
	Variable     boolean `xml:"canHandleVariableCommunicationStepSize,attr"`
	FixedStep    string  `xml:"fixedInternalStepSize,attr"`
	NotCompleted boolean `xml:"completedIntegratorStepNotNeeded,attr"`
	Completed    boolean `xml:"needsCompletedIntegratorStep,attr"`
}

// boolean is an xs:boolean.
type boolean bool

// UnmarshalXMLAttr takes true, false, 1 and 0.
func (b *boolean) UnmarshalXMLAttr(a xml.Attr) error {
	switch strings.TrimSpace(a.Value) {
	case "true", "1":
		*b = true
	case "false", "0", "":
		*b = false
	default:
		return fmt.Errorf("%s=%q is neither true nor false", a.Name.Local, a.Value)
	}
	return nil
}

type xmlUnit struct {
	Name string `xml:"name,attr"`
	Base *struct {
		Kg     int8   `xml:"kg,attr"`
		M      int8   `xml:"m,attr"`
		S      int8   `xml:"s,attr"`
		A      int8   `xml:"A,attr"`
		K      int8   `xml:"K,attr"`
		Mol    int8   `xml:"mol,attr"`
		Cd     int8   `xml:"cd,attr"`
		Rad    int8   `xml:"rad,attr"`
		Factor string `xml:"factor,attr"`
		Offset string `xml:"offset,attr"`
	} `xml:"BaseUnit"`
	Displays []struct {
		Name    string  `xml:"name,attr"`
		Factor  string  `xml:"factor,attr"`
		Offset  string  `xml:"offset,attr"`
		Inverse boolean `xml:"inverse,attr"`
	} `xml:"DisplayUnit"`
}

// xmlElement is a type or a variable, or the element within one of FMI 2 that says what it is.
type xmlElement struct {
	XMLName     xml.Name
	Name        string `xml:"name,attr"`
	About       string `xml:"description,attr"`
	Reference   string `xml:"valueReference,attr"`
	Causality   string `xml:"causality,attr"`
	Variability string `xml:"variability,attr"`
	Initial     string `xml:"initial,attr"`
	Declared    string `xml:"declaredType,attr"`
	Quantity    string `xml:"quantity,attr"`
	Unit        string `xml:"unit,attr"`
	DisplayUnit string `xml:"displayUnit,attr"`
	Min         string `xml:"min,attr"`
	Max         string `xml:"max,attr"`
	Nominal     string `xml:"nominal,attr"`
	Start       string `xml:"start,attr"`
	Derivative  string `xml:"derivative,attr"`
	Items       []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	} `xml:"Item"`
	Starts []struct {
		Value string `xml:"value,attr"`
	} `xml:"Start"`
	Dimensions []struct {
		Start     string `xml:"start,attr"`
		Reference string `xml:"valueReference,attr"`
	} `xml:"Dimension"`
	Of []xmlElement `xml:",any"`
}

type xmlUnknown struct {
	Index     string `xml:"index,attr"`
	Reference string `xml:"valueReference,attr"`
}
