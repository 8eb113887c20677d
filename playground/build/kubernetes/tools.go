//go:build tools

// Package tools pins the control plane that the playground runs; the build compiles these two commands.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
)
