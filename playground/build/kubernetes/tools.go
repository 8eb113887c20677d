//go:build tools

// Package tools pins the control plane that the playground runs, and the scheduler that measurements add; the build
// compiles these commands.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
	_ "k8s.io/kubernetes/cmd/kube-scheduler"
)
