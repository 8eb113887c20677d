// Reads YAML documents as kubectl and the API server do (sigs.k8s.io/yaml, strict) and as kustomize and Flux do
// (go.yaml.in/yaml/v3), and prints what each of them understood as JSON.
//
// Input and output are frames: four bytes of length, big-endian, then that many bytes. One frame in is one YAML text of
// one document; its answer is a JSON object {"kubernetes": {"json"|"error"}, "kustomize": {"json"|"error"}}.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"

	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

type verdict struct {
	JSON  json.RawMessage `json:"json,omitempty"`
	Error string          `json:"error,omitempty"`
}

type answer struct {
	Kubernetes verdict `json:"kubernetes"`
	Kustomize  verdict `json:"kustomize"`
}

func main() {
	if err := serve(bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(in *bufio.Reader, out *bufio.Writer) error {
	for {
		text, err := readFrame(in)
		if err == io.EOF {
			return out.Flush()
		}
		if err != nil {
			return err
		}
		reply, err := json.Marshal(answer{Kubernetes: kubernetes(text), Kustomize: kustomize(text)})
		if err != nil {
			return err
		}
		if err := writeFrame(out, reply); err != nil {
			return err
		}
	}
}

func kubernetes(text []byte) verdict {
	converted, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	return verdict{JSON: converted}
}

func kustomize(text []byte) verdict {
	var value any
	if err := yamlv3.Unmarshal(text, &value); err != nil {
		return verdict{Error: err.Error()}
	}
	converted, err := json.Marshal(value)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	return verdict{JSON: converted}
}

func readFrame(in io.Reader) ([]byte, error) {
	var size uint32
	if err := binary.Read(in, binary.BigEndian, &size); err != nil {
		return nil, err
	}
	text := make([]byte, size)
	_, err := io.ReadFull(in, text)
	return text, err
}

func writeFrame(out io.Writer, body []byte) error {
	if err := binary.Write(out, binary.BigEndian, uint32(len(body))); err != nil {
		return err
	}
	_, err := out.Write(body)
	return err
}
